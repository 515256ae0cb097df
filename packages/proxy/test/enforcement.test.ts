import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Approver, type ProxyOptions, runProxy, type TableUpdate } from '../src/index.ts';
import { compile, policy } from './support/compile.ts';
import { ProxySession, serverPath } from './support/session.ts';
import { callTool, request } from './support/wire.ts';

let session: ProxySession;
beforeEach(() => {
  session = new ProxySession();
});
afterEach(() => session.cleanUp());

function start(spec: string, tools: readonly string[], options: Partial<ProxyOptions> = {}): void {
  const target = [process.execPath, serverPath('recorder-server.mjs'), session.receivedPath, ...tools];
  session.run(runProxy, { table: compile(policy(spec, 'v1alpha2')), target, ...options });
}

const answerTo = async (id: number | string): Promise<{ error?: { code: number }; result?: unknown }> => {
  const find = (): string | undefined =>
    session.stdout.lines().find((line) => line.includes(`"id":${JSON.stringify(id)}`));
  await session.stdout.waitFor(() => find() !== undefined);
  return JSON.parse(find() ?? '');
};

/** Updates that a test sends by hand. */
class Updates implements AsyncIterable<TableUpdate> {
  private readonly waiting: ((update: IteratorResult<TableUpdate>) => void)[] = [];
  returned = false;

  send(value: TableUpdate): void {
    this.waiting.shift()?.({ done: false, value });
  }

  [Symbol.asyncIterator](): AsyncIterator<TableUpdate> {
    return {
      next: () => new Promise((resolve) => this.waiting.push(resolve)),
      return: () => {
        this.returned = true;
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }
}

it('lists are filtered unless the operator says no', async () => {
  start('allowed_tools: [read]', ['read', 'shell']);
  session.send(request(1, 'tools/list'));
  expect((await answerTo(1)).result).toEqual({ tools: [{ name: 'read', inputSchema: { type: 'object' } }] });
  await session.finish();
});

it('schema_hash makes the proxy list the tools, which the client never sees', async () => {
  const hash = `sha256:${'0'.repeat(64)}`;
  start(`tool_rules:\n  - tool: read\n    schema_hash: "${hash}"`, ['read']);
  session.send(callTool(1, 'read'));
  expect((await answerTo(1)).error?.code).toBe(-32013);
  await session.finish();
  expect(session.received()).toBe('{"jsonrpc":"2.0","id":"aip-proxy:1","method":"tools/list"}\n');
  expect(session.stdout.lines()).toHaveLength(1);
});

it('a call that waits for the list is made although the client has closed its side', async () => {
  const pinPath = join(session.folder, 'pins.json');
  start('allowed_tools: [read]', ['read'], { pinPath });
  session.send(callTool(1, 'read')).stdin.end();
  expect((await answerTo(1)).result).toEqual({ reached: true });
  expect(await session.status).toBe(0);
});

it('definitions are pinned in a file, which then holds for the next run', async () => {
  const pinPath = join(session.folder, 'pins.json');
  start('allowed_tools: [read]', ['read'], { pinPath });
  session.send(callTool(1, 'read', { path: pinPath }), callTool(2, 'read'));
  expect((await answerTo(1)).error?.code).toBe(-32007);
  expect((await answerTo(2)).result).toEqual({ reached: true });
  await session.finish();
  const pins = JSON.parse(readFileSync(pinPath, 'utf8'));
  expect(pins).toMatchObject({ kind: 'AgentPolicyPins', tools: { read: { description: null } } });
  pins.tools.read.description = '0'.repeat(64);
  session.cleanUp();
  session = new ProxySession();
  const changed = join(session.folder, 'pins.json');
  writeFileSync(changed, JSON.stringify(pins));
  start('allowed_tools: [read]', ['read'], { pinPath: changed });
  session.send(callTool(3, 'read'));
  expect((await answerTo(3)).error?.code).toBe(-32013);
  await session.finish();
});

it.each([
  ['no JSON', '{'],
  ['something else', '{"kind":"x","tools":{}}'],
  ['another format', '{"kind":"AgentPolicyPins","format":2,"tools":{}}'],
  ['a pin that is none', '{"kind":"AgentPolicyPins","format":1,"tools":{"a":{}}}'],
])('a file of pins that holds %s is refused at start', async (_, text) => {
  const pinPath = join(session.folder, 'pins.json');
  writeFileSync(pinPath, text);
  start('allowed_tools: [read]', [], { pinPath });
  await expect(session.status).rejects.toMatchObject({ code: 'pin-file' });
  expect(readFileSync(pinPath, 'utf8')).toBe(text);
});

it('a dry run lets through what breaks the rules, and says so', async () => {
  start('allowed_tools: [read]', ['read', 'shell'], { dryRun: true });
  session.send(callTool(1, 'shell'), request(2, 'tools/list'));
  expect((await answerTo(1)).result).toEqual({ reached: true });
  expect((await answerTo(2)).result).toMatchObject({ tools: [{ name: 'read' }, { name: 'shell' }] });
  await session.finish();
  expect(session.auditRecords()[0]).toMatchObject({ decision: 'ALLOW_MONITOR', policy_mode: 'monitor' });
  expect(session.stderr.text()).toContain('WARNING: DRY RUN');
});

it('a silent server is answered for after the time that it has', async () => {
  const target = [process.execPath, serverPath('misbehaving-server.mjs'), 'silent', session.receivedPath];
  session.run(runProxy, { table: compile(policy('allowed_tools: [read]')), target, requestTimeout: 50 });
  session.send(callTool(1, 'read'));
  expect((await answerTo(1)).error?.code).toBe(-32603);
  session.signals.send('SIGTERM');
  await session.status;
});

describe('a new table', () => {
  it('is put in force, a bad one is refused, and the log says which hash decided', async () => {
    const updates = new Updates();
    start('allowed_tools: [read]', [], { watchTable: updates });
    session.send(callTool(1, 'write'));
    expect((await answerTo(1)).error?.code).toBe(-32001);
    const next = compile(policy('allowed_tools: [write]'));
    updates.send({ ok: true, table: next });
    await session.stderr.waitFor((text) => text.includes('RELOADED'));
    session.send(callTool(2, 'write'), callTool(3, 'read'));
    expect((await answerTo(2)).result).toEqual({ reached: true });
    expect((await answerTo(3)).error?.code).toBe(-32001);
    updates.send({ ok: false, message: 'line 3\nis wrong' });
    await session.stderr.waitFor((text) =>
      text.includes('RELOAD_REFUSED: line 3\\nis wrong; the policy before stays'),
    );
    updates.send({ ok: true, table: compile(policy('identity:\n  enabled: true', 'v1alpha2')) });
    await session.stderr.waitFor((text) => text.includes('identity tokens are not issued'));
    session.send(callTool(4, 'write'));
    expect((await answerTo(4)).result).toEqual({ reached: true });
    await session.finish();
    expect(updates.returned).toBe(true);
    const hashes = session.auditRecords().map((record) => record.policy_hash);
    expect(hashes[0]).not.toBe(next.policy.hash);
    expect(hashes.slice(1)).toEqual(hashes.slice(1).map(() => next.policy.hash));
  });
});

describe('approval', () => {
  const ASK = 'allowed_tools: [plain]\ntool_rules:\n  - tool: confirm\n    action: ask';

  it('holds up nothing else, and forwards once it came', async () => {
    let approve: (answer: 'approved') => void = () => undefined;
    const approver: Approver = { ask: () => new Promise((resolve) => (approve = resolve)) };
    start(ASK, [], { approver });
    session.send(callTool(1, 'confirm'), callTool(2, 'plain'));
    expect((await answerTo(2)).result).toEqual({ reached: true });
    approve('approved');
    expect((await answerTo(1)).result).toEqual({ reached: true });
    await session.finish();
    expect(session.received().split('\n').filter(Boolean)).toEqual([
      callTool(2, 'plain'),
      callTool(1, 'confirm'),
    ]);
  });

  it('that nobody gives in time: -32005', async () => {
    start(ASK, [], { approver: { ask: () => new Promise(() => undefined) }, approvalTime: 20 });
    session.send(callTool(1, 'confirm'));
    expect((await answerTo(1)).error?.code).toBe(-32005);
    await session.finish();
    expect(session.received()).toBe('');
  });

  it('is no longer asked for when the client goes', async () => {
    const closed = new Promise<void>((resolve) => {
      const approver: Approver = {
        ask: (_, signal) =>
          new Promise((answer) => {
            signal.addEventListener('abort', () => {
              answer('approved');
              resolve();
            });
          }),
      };
      start(ASK, [], { approver });
    });
    session.send(callTool(1, 'confirm'), callTool(2, 'plain'));
    await answerTo(2);
    await session.finish();
    await closed;
    expect(session.received()).toBe(`${callTool(2, 'plain')}\n`);
  });
});
