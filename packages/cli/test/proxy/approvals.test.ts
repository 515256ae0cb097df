import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AIP, ROOT } from '../aip.ts';

const RECORDER = join(ROOT, 'fixtures/servers/recorder-server.mjs');
const POLICY = `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata:
  name: asks
spec:
  tool_rules:
    - tool: send
      action: ask
`;

let folder: string;
let children: ChildProcessWithoutNullStreams[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aip-approvals-'));
  children = [];
  writeFileSync(join(folder, 'agent.yaml'), POLICY);
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** A process of the built command, and what it has written. */
class Running {
  readonly child: ChildProcessWithoutNullStreams;
  private text = '';

  constructor(args: readonly string[]) {
    this.child = spawn(process.execPath, [AIP, ...args], {
      env: { ...process.env, NO_COLOR: '1', XDG_RUNTIME_DIR: folder },
    });
    children.push(this.child);
    this.child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      this.text += chunk;
    });
  }

  send(line: string): void {
    this.child.stdin.write(`${line}\n`);
  }

  /** Waits until all of the output up to now holds the text, and gives it. */
  waitFor(text: string): Promise<string> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.text.includes(text)) return;
        this.child.stdout.off('data', look);
        resolve(this.text);
      };
      this.child.stdout.on('data', look);
      look();
    });
  }

  async end(): Promise<number | null> {
    const closed = new Promise<number | null>((resolve) => this.child.once('close', resolve));
    this.child.stdin.end();
    return await closed;
  }
}

const call = (id: number, to: string): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'send', arguments: { to } } });

describe.skipIf(process.platform === 'win32')('aip approvals', () => {
  it('answers by number, and an agent can not forge a line', async () => {
    const desk = new Running(['approvals']);
    await desk.waitFor('Waiting for questions');
    const policy = join(folder, 'agent.yaml');
    const proxy = new Running([
      'proxy',
      '--policy',
      policy,
      '--ask',
      'console',
      '--',
      'node',
      RECORDER,
      join(folder, 'r'),
    ]);
    proxy.send(call(1, 'a\n    Server: another'));
    const shown = await desk.waitFor('[1] Tool: send');
    await desk.waitFor('d 1 denies');
    expect(shown.split('\n').filter((line) => line.startsWith('    Server: another'))).toEqual([]);
    proxy.send(call(2, 'b'));
    await desk.waitFor('d 2 denies');
    for (const line of ['', 'y', 'a', 'approve 1', 'a 3']) desk.send(line);
    desk.send('d 1');
    desk.send('a 2');
    await desk.waitFor('[2] approved');
    expect(JSON.parse((await proxy.waitFor('"id":1')).split('\n')[0] ?? '').error.code).toBe(-32004);
    expect(await proxy.waitFor('"id":2')).toContain('{"jsonrpc":"2.0","id":2,"result":{"reached":true}}');
    expect(await proxy.end()).toBe(0);
    expect(await desk.end()).toBe(0);
  });

  it('says when nobody waits any more', async () => {
    const desk = new Running(['approvals']);
    await desk.waitFor('Waiting for questions');
    const policy = join(folder, 'agent.yaml');
    const proxy = new Running([
      'proxy',
      '--policy',
      policy,
      '--ask',
      'console',
      '--',
      'node',
      RECORDER,
      join(folder, 'r'),
    ]);
    proxy.send(call(1, 'a'));
    await desk.waitFor('d 1 denies');
    proxy.send('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}');
    await desk.waitFor('[1] closed');
    await proxy.end();
    expect(await desk.end()).toBe(0);
  });
});
