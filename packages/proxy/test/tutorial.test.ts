import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProxySession, serverPath } from './support/session.ts';
import { createStubEngine } from './support/stub-engine.ts';

let session: ProxySession;
beforeEach(() => {
  session = new ProxySession();
});
afterEach(() => session.cleanUp());

describe('the tutorial', () => {
  it('lets one call through and blocks another, in the tutorial’s words', async () => {
    const engine = createStubEngine({ tools: { list_files: 'allow' } });
    const target = [process.execPath, serverPath('echo-server.mjs')];
    session.start(engine, target, { verbose: true, targetLabel: 'python3 test/echo_server.py' });
    const allowed =
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_files","arguments":{}}}';
    session.send(allowed);
    await session.stdout.waitForLines(1);
    session.send(
      '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"delete_files","arguments":{}}}',
    );
    await session.stdout.waitForLines(2);
    expect(await session.finish()).toBe(0);

    expect(session.stdout.lines()).toEqual([
      `{"jsonrpc":"2.0","id":1,"result":{"echo":${allowed}}}`,
      '{"jsonrpc":"2.0","id":2,"error":{"code":-32001,"message":"Forbidden","data":{"reason":"Tool not in allowed_tools list","tool":"delete_files"}}}',
    ]);
    const log = session.stderr.lines().map((line) => line.replace(/PID \d+/, 'PID N'));
    expect(log.filter((line) => !line.includes('[downstream]'))).toEqual([
      '[aip-proxy] Loaded policy: test-policy',
      '[aip-proxy] Allowed tools: [list_files]',
      '[aip-proxy] Started subprocess PID N: python3 test/echo_server.py',
      '[aip-proxy] → [upstream] method=tools/call id=1',
      '[aip-proxy] Tool call intercepted: list_files',
      '[aip-proxy] ALLOWED: Tool "list_files" permitted by policy',
      '[aip-proxy] → [upstream] method=tools/call id=2',
      '[aip-proxy] Tool call intercepted: delete_files',
      '[aip-proxy] BLOCKED: Tool "delete_files" not allowed by policy',
      '[aip-proxy] To permit it: add to spec.allowed_tools: - "delete_files"',
      '[aip-proxy] Subprocess PID N exited with status 0',
    ]);
    expect(session.auditRecords().map((record) => [record.tool, record.decision, record.id])).toEqual([
      ['list_files', 'ALLOW', 1],
      ['delete_files', 'BLOCK', 2],
    ]);
  });
});
