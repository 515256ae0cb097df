import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ApprovalAnswer, ApprovalRequest, Approver } from '../../src/approvals/approver.ts';
import type { HttpProxyOptions } from '../../src/http/run-http-proxy.ts';
import type { TableUpdate } from '../../src/stdio/follow-tables.ts';
import { compile, policy } from '../support/compile.ts';
import { serverPath } from '../support/session.ts';
import type { StubOptions } from '../support/stub-engine.ts';
import { callTool, request } from '../support/wire.ts';
import { type Asked, HttpProxy, listen, type Running } from './http-proxy.ts';

type Server = Running & { readonly asked: readonly Asked[] };

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Answers every request; never one whose method is `silence`. */
async function startServer(): Promise<Server> {
  const server = await listen(({ body, method }, response) => {
    const { id, method: asked } = method === 'POST' ? JSON.parse(body) : { id: undefined, method: '' };
    if (asked === 'silence') return;
    if (id === undefined) {
      response.writeHead(method === 'POST' ? 202 : 405).end();
      return;
    }
    response
      .writeHead(200, {
        'content-type': 'application/json',
        ...(asked === 'initialize' ? { 'mcp-session-id': `s-${body.length}` } : {}),
      })
      .end(JSON.stringify({ jsonrpc: '2.0', id, result: { done: true } }));
  });
  cleanups.push(() => server.stop());
  return server;
}

async function start(
  decides: Parameters<HttpProxy['start']>[0],
  server: Server,
  options: Partial<HttpProxyOptions> = {},
): Promise<HttpProxy> {
  const proxy = new HttpProxy();
  await proxy.start(decides, { kind: 'remote', url: server.url, headers: new Map() }, options);
  cleanups.push(() => proxy.stop());
  return proxy;
}

function post(proxy: HttpProxy, body: string, init: RequestInit = {}): Promise<Response> {
  return fetch(proxy.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...init.headers,
    },
    body,
    ...(init.signal == null ? {} : { signal: init.signal }),
  });
}

const ASKING: StubOptions = { tools: { wipe: 'ask', read: 'allow' } };
const calls = ({ asked }: Server): readonly string[] =>
  asked.map(({ body }) => body).filter((body) => body.includes('tools/call'));

/** Somebody who is asked; the test answers. */
class Somebody implements Approver {
  readonly questions: { readonly request: ApprovalRequest; answer(answer: ApprovalAnswer): void }[] = [];
  readonly closed: string[] = [];
  private wake: () => void = () => undefined;

  ask(asked: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer> {
    return new Promise((resolve) => {
      this.questions.push({ request: asked, answer: resolve });
      signal.addEventListener('abort', () => this.closed.push(asked.tool));
      this.wake();
    });
  }

  async asked(count: number): Promise<void> {
    while (this.questions.length < count)
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
  }
}

describe('a call that somebody must approve', () => {
  it('is made once it was approved, and holds up nothing else', async () => {
    const [server, approver] = [await startServer(), new Somebody()];
    const proxy = await start(ASKING, server, { approver });
    const waiting = post(proxy, callTool(1, 'wipe', { path: '/srv' }));
    await approver.asked(1);
    expect(approver.questions[0]?.request).toMatchObject({ tool: 'wipe', target: server.url.href });
    expect(await (await post(proxy, callTool(2, 'read'))).json()).toMatchObject({ result: { done: true } });
    expect(calls(server)).toHaveLength(1);
    approver.questions[0]?.answer('approved');
    expect(await (await waiting).json()).toMatchObject({ id: 1, result: { done: true } });
    expect(calls(server)).toHaveLength(2);
  });

  it.each<[string, ApprovalAnswer, number]>([
    ['is refused', 'denied', -32004],
    ['is refused where nobody can be asked', 'unavailable', -32004],
  ])('%s', async (_, answer, code) => {
    const [server, approver] = [await startServer(), new Somebody()];
    const proxy = await start(ASKING, server, { approver });
    const waiting = post(proxy, callTool(1, 'wipe'));
    await approver.asked(1);
    approver.questions[0]?.answer(answer);
    expect(await (await waiting).json()).toMatchObject({ id: 1, error: { code } });
    expect(calls(server)).toEqual([]);
    expect(proxy.audited()).toContain('upstream BLOCK wipe');
  });

  it('is refused when nobody answers in time', async () => {
    const [server, approver] = [await startServer(), new Somebody()];
    const proxy = await start(ASKING, server, { approver, approvalTime: 50 });
    expect(await (await post(proxy, callTool(1, 'wipe'))).json()).toMatchObject({ error: { code: -32005 } });
    expect(approver.closed).toEqual(['wipe']);
  });

  it('is refused where nobody is asked at all', async () => {
    const server = await startServer();
    const proxy = await start(ASKING, server);
    expect(await (await post(proxy, callTool(1, 'wipe'))).json()).toMatchObject({ error: { code: -32004 } });
  });

  it('is not made when its client has left', async () => {
    const [server, approver] = [await startServer(), new Somebody()];
    const proxy = await start(ASKING, server, { approver });
    const leaving = new AbortController();
    const waiting = post(proxy, callTool(1, 'wipe'), { signal: leaving.signal });
    waiting.catch(() => undefined);
    await approver.asked(1);
    leaving.abort();
    await expect.poll(() => approver.closed).toEqual(['wipe']);
    approver.questions[0]?.answer('approved');
    expect(await (await post(proxy, callTool(2, 'read'))).json()).toMatchObject({ id: 2 });
    expect(calls(server)).toHaveLength(1);
    expect(proxy.audited()).toContain('upstream BLOCK wipe');
  });

  it('counts with those of all other clients', async () => {
    const [server, approver] = [await startServer(), new Somebody()];
    const proxy = await start(ASKING, server, { approver, promptsPerMinute: 1 });
    const first = post(proxy, callTool(1, 'wipe'));
    await approver.asked(1);
    expect(await (await post(proxy, callTool(1, 'wipe'))).json()).toMatchObject({ error: { code: -32004 } });
    approver.questions[0]?.answer('approved');
    expect(await (await first).json()).toMatchObject({ result: {} });
  });

  it('of a command behind HTTP is asked about too', async () => {
    const approver = new Somebody();
    const proxy = new HttpProxy();
    const target = [process.execPath, serverPath('recorder-server.mjs'), `${proxy.folder}/received`, 'wipe'];
    await proxy.start(ASKING, { kind: 'local', target }, { approver });
    cleanups.push(() => proxy.stop());
    const begun = await post(proxy, request(0, 'initialize', {}));
    const headers = { 'mcp-session-id': begun.headers.get('mcp-session-id') ?? '' };
    await begun.text();
    const waiting = post(proxy, callTool(1, 'wipe'), { headers });
    await approver.asked(1);
    approver.questions[0]?.answer('approved');
    expect(await (await waiting).text()).toContain('"id":1');
  });
});

describe('a call that waits for the list of tools', () => {
  it('is decided although another client, for whom it was asked, has left', async () => {
    let answerList: () => void = () => undefined;
    const server = await listen(({ body }, response) => {
      const { id, method } = JSON.parse(body);
      const tools = [{ name: 'read', inputSchema: { type: 'object' } }];
      const answer = (): unknown =>
        response
          .writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 's' })
          .end(JSON.stringify({ jsonrpc: '2.0', id, result: method === 'tools/list' ? { tools } : {} }));
      if (method === 'tools/list') answerList = answer;
      else answer();
    });
    cleanups.push(() => server.stop());
    const folder = mkdtempSync(join(tmpdir(), 'aip-http-pins-'));
    cleanups.push(async () => rmSync(folder, { recursive: true }));
    const proxy = await start({ tools: { read: 'allow' } }, server, { pinPath: join(folder, 'pins.json') });
    await (await post(proxy, request(0, 'initialize', {}))).text();
    const headers = { 'mcp-session-id': 's' };
    const leaving = new AbortController();
    const first = post(proxy, callTool(1, 'read'), { headers, signal: leaving.signal });
    first.catch(() => undefined);
    await expect.poll(() => server.asked.some(({ body }) => body.includes('tools/list'))).toBe(true);
    const second = post(proxy, callTool(2, 'read'), { headers });
    leaving.abort();
    await expect.poll(() => proxy.text()).toContain('cancelled the call');
    answerList();
    expect(await (await second).json()).toEqual({ jsonrpc: '2.0', id: 2, result: {} });
    expect(calls(server)).toHaveLength(1);
  });
});

describe('time', () => {
  it('ends what the server does not answer, and takes it back', async () => {
    const server = await startServer();
    const proxy = await start({}, server, { requestTimeout: 60 });
    const begun = await post(proxy, request(0, 'initialize', {}));
    const headers = { 'mcp-session-id': begun.headers.get('mcp-session-id') ?? '' };
    await begun.text();
    const answer = await (await post(proxy, request(7, 'silence'), { headers })).json();
    expect(answer).toMatchObject({
      id: 7,
      error: { code: -32603, data: { reason: 'The server did not answer within 60 ms' } },
    });
    await expect.poll(() => server.asked.at(-1)?.body).toContain('"requestId":7');
  });

  it('does not end what is answered', async () => {
    const server = await startServer();
    const proxy = await start({ tools: { read: 'allow' } }, server, { requestTimeout: 5000 });
    expect(await (await post(proxy, callTool(1, 'read'))).json()).toMatchObject({ result: { done: true } });
  });
});

describe('a policy that changes', () => {
  /** Gives tables as the test does. */
  class Changes implements AsyncIterable<TableUpdate> {
    private readonly waiting: TableUpdate[] = [];
    private wake: () => void = () => undefined;

    give(update: TableUpdate): void {
      this.waiting.push(update);
      this.wake();
    }

    async *[Symbol.asyncIterator](): AsyncGenerator<TableUpdate> {
      for (;;) {
        const next = this.waiting.shift();
        if (next !== undefined) yield next;
        else
          await new Promise<void>((resolve) => {
            this.wake = resolve;
          });
      }
    }
  }

  const allow = (tools: string) => compile(policy(`allowed_tools: [${tools}]`));

  it('holds for open sessions and for new ones; a bad one is refused', async () => {
    const [server, changes] = [await startServer(), new Changes()];
    const proxy = await start(allow('read'), server, { watchTable: changes });
    const begun = await post(proxy, request(0, 'initialize', {}));
    const headers = { 'mcp-session-id': begun.headers.get('mcp-session-id') ?? '' };
    await begun.text();
    const call = async (id: number, init: RequestInit = {}) =>
      Object.keys(JSON.parse(await (await post(proxy, callTool(id, 'write'), init)).text())).at(-1);
    expect([await call(1, { headers }), await call(2)]).toEqual(['error', 'error']);
    changes.give({ ok: true, table: allow('read, write') });
    await expect.poll(() => proxy.text()).toContain('RELOADED');
    expect([await call(3, { headers }), await call(4)]).toEqual(['result', 'result']);
    changes.give({ ok: false, message: 'it is broken' });
    await expect.poll(() => proxy.text()).toContain('RELOAD_REFUSED: it is broken');
    expect([await call(5, { headers }), await call(6)]).toEqual(['result', 'result']);
  });
});
