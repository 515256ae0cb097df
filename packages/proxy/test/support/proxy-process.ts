import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import type { RunnerOptions } from './runner.ts';

/** The proxy, ready to be run as a process. */
export interface BuiltProxy {
  /** The words of a command that runs the proxy. */
  command(options: RunnerOptions): readonly [program: string, ...args: string[]];
  remove(): void;
}

/** Bundles the proxy's source with the runner, so that a test runs what it tests and not an older build. */
export async function buildProxy(): Promise<BuiltProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'aip-runner-'));
  const outfile = join(folder, 'runner.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'runner.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@agentpolicy/source'],
    logLevel: 'error',
  });
  return {
    command: (options) => [process.execPath, outfile, JSON.stringify(options)],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The command of a real server from the development dependencies. */
export function npmServer(name: string, ...args: readonly string[]): readonly string[] {
  const manifest = createRequire(import.meta.url).resolve(`@modelcontextprotocol/${name}/package.json`);
  return [process.execPath, join(dirname(manifest), 'dist/index.js'), ...args];
}
