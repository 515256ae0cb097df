import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isAlive } from './support/alive.ts';
import { type BuiltProxy, buildProxy } from './support/proxy-process.ts';
import { serverPath } from './support/session.ts';
import { callTool } from './support/wire.ts';

let built: BuiltProxy;
let folder: string;
let pidFile: string;

beforeAll(async () => {
  built = await buildProxy();
});
afterAll(() => built.remove());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aip-process-'));
  pidFile = join(folder, 'pids');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function start(target: readonly string[]): ChildProcessWithoutNullStreams {
  const [program, ...args] = built.command({ engine: { tools: { read: 'allow' } }, target });
  return spawn(program, args, { stdio: 'pipe' });
}

async function readPids(): Promise<readonly number[]> {
  for (;;) {
    try {
      const text = readFileSync(pidFile, 'utf8');
      if (text !== '') return text.split(' ').map(Number);
    } catch {
      // Not written yet.
    }
    await sleep(10);
  }
}

/** Polls until the processes are gone; the test's own time limit is the bound. */
async function untilGone(pids: readonly number[]): Promise<void> {
  while (pids.some(isAlive)) await sleep(20);
}

const GRANDCHILD = [process.execPath, serverPath('misbehaving-server.mjs'), 'grandchild'];

describe.skipIf(process.platform === 'win32')('the proxy as a process', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s ends all that it started', async (signal) => {
    const proxy = start([...GRANDCHILD, pidFile]);
    const pids = await readPids();
    proxy.kill(signal);
    await once(proxy, 'exit');
    expect(pids.filter(isAlive)).toEqual([]);
    expect(proxy.exitCode).toBe({ SIGTERM: 143, SIGINT: 130, SIGHUP: 129 }[signal]);
  });

  it('ends what a shell started in its turn', async () => {
    const quoted = [...GRANDCHILD, pidFile].map((word) => `'${word}'`).join(' ');
    const proxy = start(['sh', '-c', `${quoted}; true`]);
    const pids = await readPids();
    proxy.stdin.end();
    await once(proxy, 'exit');
    await untilGone(pids);
  });

  it('ends all where the client does not even close its side properly', async () => {
    const proxy = start([...GRANDCHILD, pidFile]);
    const pids = await readPids();
    proxy.stdin.destroy();
    proxy.stdout.destroy();
    proxy.stderr.destroy();
    await once(proxy, 'exit');
    await untilGone(pids);
  });

  it('ends although nobody reads what it has to say', async () => {
    const proxy = start([process.execPath, serverPath('misbehaving-server.mjs'), 'flood']);
    proxy.stdin.write(`${callTool(1, 'read')}\n`);
    await once(proxy.stdout, 'readable');
    proxy.kill('SIGTERM');
    await once(proxy, 'exit');
    expect(proxy.exitCode).toBe(143);
  });

  it('says what is wrong with a command, and nothing else', async () => {
    const proxy = start(['/no/such/server']);
    let said = '';
    proxy.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await once(proxy, 'close');
    expect(proxy.exitCode).toBe(2);
    expect(said.split('\n').filter((line) => !line.startsWith('[aip-proxy]'))).toEqual([
      expect.stringContaining("error: can't start the server `/no/such/server`: no such program"),
      '',
    ]);
  });

  it('serves a pipe that is closed right after the last request', async () => {
    const proxy = start([process.execPath, serverPath('echo-server.mjs')]);
    let answered = '';
    proxy.stdout.on('data', (chunk: Buffer) => {
      answered += chunk.toString();
    });
    proxy.stdin.end(callTool(1, 'read'));
    await once(proxy, 'close');
    expect(proxy.exitCode).toBe(0);
    expect(answered).toContain('{"jsonrpc":"2.0","id":1,"result":{"echo":');
  });
});
