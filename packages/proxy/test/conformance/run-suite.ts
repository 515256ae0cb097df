import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { BuiltRunner } from '../http/build-runner.ts';
import type { HttpRunnerOptions } from '../http/http-runner.ts';

/** A process, and what it said on its first line. */
export interface Started {
  readonly said: string;
  stop(): Promise<void>;
}

/** The suite asks for a function of `node:fs` that came with Node 22, for a command that is not run here. */
const FILES = `export * from 'node:fs'; export const globSync = () => { throw new Error('Node 22 has this'); };`;
const HOOKS = `export const resolve = (name, context, next) =>
  name === 'fs' && context.parentURL?.includes('/conformance/')
    ? { url: ${JSON.stringify(`data:text/javascript,${encodeURIComponent(FILES)}`)}, shortCircuit: true }
    : next(name, context);`;
const PRELOAD = `import { register } from 'node:module';
  register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(HOOKS)}`)});`;

/** Runs the whole suite against a server. Gives what it says of each scenario, and the total. */
export async function runSuite(url: string): Promise<readonly string[]> {
  const manifest = createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json');
  const program = join(dirname(manifest), 'dist/index.js');
  const preload = `data:text/javascript,${encodeURIComponent(PRELOAD)}`;
  const args = ['--import', preload, program, 'server', '--suite', 'all', '--url', url];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  await new Promise((resolve) => child.once('close', resolve));
  const summary = text.split('=== SUMMARY ===')[1];
  if (summary === undefined) throw new Error(text);
  return summary.split('\n').filter((line) => /^[✓✗]|^Total/.test(line));
}

/** The server that the suite is run against. */
export function startServer(): Promise<Started> {
  return start([join(import.meta.dirname, 'everything-server.mjs')]);
}

/** The proxy in front of a server. */
export function startProxy({ path }: BuiltRunner, options: HttpRunnerOptions): Promise<Started> {
  return start([path, JSON.stringify(options)]);
}

async function start(args: readonly string[]): Promise<Started> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    said: await readFirstLine(child),
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function readFirstLine(child: ChildProcess): Promise<string> {
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  return new Promise((resolve, reject) => {
    if (child.stdout !== null) createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', () => reject(new Error(errors)));
  });
}
