import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/** A program made of the source, so that a test runs what it tests and not an older build. */
export interface BuiltRunner {
  readonly path: string;
  remove(): void;
}

export async function buildRunner(name: 'http-runner' | 'remote-runner'): Promise<BuiltRunner> {
  const folder = mkdtempSync(join(tmpdir(), 'aip-runner-'));
  const path = join(folder, 'runner.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, `${name}.ts`)],
    outfile: path,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@agentpolicy/source'],
    logLevel: 'error',
  });
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
