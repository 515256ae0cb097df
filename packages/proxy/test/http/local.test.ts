import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive } from '../support/alive.ts';
import { serverPath } from '../support/session.ts';
import { callTool, request, say } from '../support/wire.ts';
import { HttpProxy } from './http-proxy.ts';

let proxy: HttpProxy;
let session: Record<string, string>;

function post(body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(proxy.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

const NOTE = '{"jsonrpc":"2.0","method":"notifications/message","params":{"data":"x"}}';
const stream = { accept: 'application/json, text/event-stream' };

beforeEach(async () => {
  proxy = new HttpProxy();
  const target = [
    process.execPath,
    serverPath('recorder-server.mjs'),
    `${proxy.folder}/received`,
    'say',
    'read',
  ];
  await proxy.start({ tools: { say: 'allow', read: 'allow' } }, { kind: 'local', target });
  const begun = await post(request(0, 'initialize', {}));
  session = { 'mcp-session-id': begun.headers.get('mcp-session-id') ?? '' };
  await begun.text();
});
afterEach(async () => {
  await proxy.stop();
});

describe('a command behind HTTP', () => {
  it('answers a client that wants no stream with the answer alone; the rest waits for a stream', async () => {
    const answered = await post(say(1, NOTE, '{"jsonrpc":"2.0","id":1,"result":{"a":1}}'), session);
    expect(await answered.text()).toBe('{"jsonrpc":"2.0","id":1,"result":{"a":1}}');
    const standing = await fetch(proxy.url, { headers: { ...session, ...stream } });
    const first = await standing.body?.getReader().read();
    expect(Buffer.from(first?.value ?? []).toString()).toBe(`data: ${NOTE}\n\n`);
  });

  it('answers a client that takes streams with all of it, in order', async () => {
    const answer = '{"jsonrpc":"2.0","id":1,"result":{"a":1}}';
    const answered = await post(say(1, NOTE, answer), { ...session, ...stream });
    expect(await answered.text()).toBe(`data: ${NOTE}\n\ndata: ${answer}\n\n`);
  });

  it('never answers what was not asked', async () => {
    const answered = await post(
      say(1, '{"jsonrpc":"2.0","id":9,"result":{}}', '{"jsonrpc":"2.0","id":1,"result":{}}'),
      { ...session, ...stream },
    );
    expect(await answered.text()).toBe('data: {"jsonrpc":"2.0","id":1,"result":{}}\n\n');
  });

  it('keeps sessions apart', async () => {
    const begun = await post(request(0, 'initialize', {}));
    const other = { 'mcp-session-id': begun.headers.get('mcp-session-id') ?? '' };
    expect(other).not.toEqual(session);
    // The same id at the same time, in both.
    const [one, two] = await Promise.all([
      post(say(1, '{"jsonrpc":"2.0","id":1,"result":"one"}'), session),
      post(say(1, '{"jsonrpc":"2.0","id":1,"result":"two"}'), other),
    ]);
    expect([await one.json(), await two.json()]).toMatchObject([{ result: 'one' }, { result: 'two' }]);
  });

  it.each([
    ['no session where one is needed', {}, 400],
    ['a session that does not exist', { 'mcp-session-id': 'x' }, 404],
  ])('refuses %s', async (_, headers, status) => {
    expect((await post(callTool(1, 'read'), headers)).status).toBe(status);
  });

  it('does not outlive the proxy, whatever ends that', async () => {
    const other = new HttpProxy();
    const target = [
      process.execPath,
      '-e',
      'process.stdin.on("data", () => 0); setInterval(() => 0, 1000); console.error("pid", process.pid)',
    ];
    await other.start({}, { kind: 'local', target });
    const leaving = new AbortController();
    const asked = fetch(other.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: request(7, 'initialize', {}),
      signal: leaving.signal,
    });
    asked.catch(() => undefined);
    await expect.poll(() => other.text()).toMatch(/pid \d+/);
    const pid = Number(/pid (\d+)/.exec(other.text())?.[1]);
    expect(isAlive(pid)).toBe(true);
    other.signal('exit');
    await expect.poll(() => isAlive(pid)).toBe(false);
    leaving.abort();
    await other.stop();
  });

  it('that does not exist is told to the operator, and the client gets an error', async () => {
    const other = await new HttpProxy().start({}, { kind: 'local', target: ['no-such-program-here'] });
    const response = await fetch(other.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: request(7, 'initialize', {}),
    });
    expect(response.status).toBe(502);
    expect(other.text()).toContain('A session could not begin: ');
    expect(other.text()).toContain('no-such-program-here');
    await other.stop();
  });

  it.each([
    ['ends at the first message', 'process.stdin.once("data", () => process.exit(3))'],
    ['ends at once', 'process.exit(3)'],
  ])('that %s answers what is open', async (_, script) => {
    const target = [process.execPath, '-e', script];
    const other = await new HttpProxy().start({}, { kind: 'local', target });
    const response = await fetch(other.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: request(7, 'initialize', {}),
    });
    expect(await response.json()).toMatchObject({
      id: 7,
      error: { code: -32603, data: { reason: 'The server exited with status 3' } },
    });
    await other.stop();
  });
});
