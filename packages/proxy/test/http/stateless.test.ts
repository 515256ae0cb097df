import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compile, policy } from '../support/compile.ts';
import { HttpProxy, type Running, startEverything } from './http-proxy.ts';
import { type ModernServer, startModernServer } from './modern-server.ts';

const TOOLS = { query: 'allow', ask: 'allow', progress: 'allow', wait: 'allow' } as const;
const NEW = '2026-07-28';

let server: ModernServer;
let proxy: HttpProxy;
let client: Client;

beforeEach(async () => {
  server = await startModernServer();
  const upstream = { kind: 'remote', url: server.url, headers: new Map() } as const;
  proxy = await new HttpProxy().start({ tools: TOOLS, secret: 'hunter2' }, upstream);
  client = new Client(
    { name: 'test', version: '1' },
    { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: { pin: NEW } } },
  );
});
afterEach(async () => {
  await client.close();
  await proxy.stop();
  await server.stop();
});

const connect = (): Promise<void> => client.connect(new StreamableHTTPClientTransport(proxy.url));

/** A request of this protocol as bytes. */
function post(method: string, params: object, headers: Record<string, string> = {}): Promise<Response> {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': NEW,
    'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  return fetch(proxy.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': NEW,
      'mcp-method': method,
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 'raw', method, params: { ...params, _meta: meta } }),
  });
}

describe('the stateless protocol, with the SDK that has it', () => {
  it('discovers, lists what may be called, and calls it', async () => {
    await connect();
    expect(client.getServerVersion()?.name).toBe('modern');
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).sort()).toEqual(['ask', 'progress', 'query', 'wait']);
    const { content } = await client.callTool({ name: 'query', arguments: { region: 'eu-wést', count: 3 } });
    expect(content).toEqual([{ type: 'text', text: 'eu-wést:3' }]);
    await expect(client.callTool({ name: 'forbidden', arguments: {} })).rejects.toMatchObject({
      code: -32001,
    });
    expect(server.asked.some(({ body }) => body.includes('"forbidden"') && body.includes('tools/call'))).toBe(
      false,
    );
    expect(proxy.audited()).toContain('upstream BLOCK forbidden');
  });

  it('sends the headers that the client made', async () => {
    await connect();
    await client.listTools();
    await client.callTool({ name: 'query', arguments: { region: 'eu', count: 3 } });
    const last = server.asked.at(-1);
    expect(last?.headers).toMatchObject({
      'mcp-protocol-version': NEW,
      'mcp-method': 'tools/call',
      'mcp-name': 'query',
      'mcp-param-region': 'eu',
      'mcp-param-count': '3',
    });
    expect(last?.headers).not.toHaveProperty('mcp-session-id');
  });

  it('is told of progress on the stream of its call', async () => {
    await connect();
    const seen: number[] = [];
    const call = { name: 'progress', arguments: {} };
    await client.callTool(call, { onprogress: ({ progress }) => seen.push(progress) });
    expect(seen).toEqual([1, 2]);
  });

  it('answers what the server asks back, and calls again', async () => {
    client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { answer: 'this' } }));
    await connect();
    const { content } = await client.callTool({ name: 'ask', arguments: {} });
    expect(content).toEqual([{ type: 'text', text: 'answered {"answer":"this"}' }]);
  });

  it('takes a call back by leaving', async () => {
    await connect();
    const leaving = new AbortController();
    const called = client.callTool({ name: 'wait', arguments: {} }, { signal: leaving.signal });
    called.catch(() => undefined);
    await server.whenWaiting();
    leaving.abort();
    await expect(called).rejects.toThrow();
    await expect.poll(() => server.aborted).toEqual(['wait']);
  });

  it('hears what changes on a stream of its own', async () => {
    await connect();
    let heard: () => void = () => undefined;
    const changed = new Promise<void>((resolve) => {
      heard = resolve;
    });
    client.setNotificationHandler('notifications/tools/list_changed', () => heard());
    const subscription = await client.listen({ toolsListChanged: true });
    server.tellToolsChanged();
    await changed;
    await subscription.close();
  });

  it('has many calls under way, each with a gateway of its own, under the same ids', async () => {
    const others = await Promise.all(
      [1, 2, 3].map(async () => {
        const other = new Client(
          { name: 'other', version: '1' },
          { versionNegotiation: { mode: { pin: NEW } } },
        );
        await other.connect(new StreamableHTTPClientTransport(proxy.url));
        await other.listTools();
        return other;
      }),
    );
    const regions = await Promise.all(
      others.flatMap((each, index) =>
        Array.from({ length: 10 }, async () => {
          const { content } = await each.callTool({ name: 'query', arguments: { region: `r${index}` } });
          return JSON.stringify(content).includes(`r${index}:0`);
        }),
      ),
    );
    expect(regions.every(Boolean)).toBe(true);
    await Promise.all(others.map((each) => each.close()));
  });
});

describe('what a call costs', () => {
  it('is paid once where the server asks back and is answered', async () => {
    await proxy.stop();
    const table = compile(
      policy('allowed_tools: [ask]\ntool_rules:\n  - {tool: ask, action: allow, rate_limit: 1/hour}'),
    );
    const upstream = { kind: 'remote', url: server.url, headers: new Map() } as const;
    proxy = await new HttpProxy().start(table, upstream);
    client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { answer: 'x' } }));
    await connect();
    const { content } = await client.callTool({ name: 'ask', arguments: {} });
    expect(content).toEqual([{ type: 'text', text: 'answered {"answer":"x"}' }]);
    await expect(client.callTool({ name: 'ask', arguments: {} })).rejects.toMatchObject({ code: -32002 });
  });
});

describe('definitions that are pinned', () => {
  it('are verified by a list that is asked for in the name of the call', async () => {
    await proxy.stop();
    const folder = mkdtempSync(join(tmpdir(), 'aip-http-pins-'));
    const upstream = { kind: 'remote', url: server.url, headers: new Map() } as const;
    proxy = await new HttpProxy().start({ tools: TOOLS }, upstream, { pinPath: join(folder, 'pins.json') });
    const call = { name: 'query', arguments: { region: 'eu' } };
    const response = await post('tools/call', call, { 'mcp-name': 'query', 'mcp-param-region': 'eu' });
    expect(JSON.stringify(await response.json())).toContain('eu:0');
    expect(server.asked.map(({ headers }) => headers['mcp-method'])).toEqual(['tools/list', 'tools/call']);
    expect(server.asked[0]?.headers).not.toHaveProperty('mcp-param-region');
    expect(readFileSync(join(folder, 'pins.json'), 'utf8')).toContain('query');
    rmSync(folder, { recursive: true });
  });
});

describe('the stateless protocol, told wrongly', () => {
  const args = { name: 'query', arguments: { region: 'eu' } };

  it.each<[string, Record<string, string>]>([
    ['another tool', { 'mcp-name': 'ask' }],
    ['no tool', {}],
    ['another method', { 'mcp-name': 'query', 'mcp-method': 'tools/list' }],
    ['another revision', { 'mcp-name': 'query', 'mcp-protocol-version': '2025-11-25' }],
    ['an argument that is not there', { 'mcp-name': 'query', 'mcp-param-region': 'us' }],
  ])('is refused where the headers name %s', async (_, headers) => {
    const before = server.asked.length;
    const response = await post('tools/call', args, headers);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ id: 'raw', error: { code: -32020 } });
    expect(server.asked).toHaveLength(before);
    expect(proxy.text()).toContain('REFUSED: a request of the client');
  });

  it('is passed on with the value that is sent, not the one that came', async () => {
    await post('tools/list', {});
    const call = { name: 'query', arguments: { region: 'hunter2' } };
    const response = await post('tools/call', call, { 'mcp-name': 'query', 'mcp-param-region': 'hunter2' });
    expect(JSON.stringify(await response.json())).toContain('[REDACTED:secret]:0');
  });

  it.each([
    ['in the spelling of a list that was seen', true, 'query'],
    ['as it is where no list was seen', false, 'QUERY'],
  ])('is passed on %s', async (_, lists, spelled) => {
    if (lists) await post('tools/list', {});
    const call = { name: 'QUERY', arguments: { region: 'eu' } };
    await post('tools/call', call, { 'mcp-name': 'QUERY', 'mcp-param-region': 'eu' });
    const last = server.asked.at(-1);
    expect(JSON.parse(last?.body ?? '{}')).toMatchObject({ params: { name: spelled } });
    expect(last?.headers).toMatchObject({ 'mcp-name': spelled });
    expect(last?.headers['mcp-param-region']).toBe(lists ? 'eu' : undefined);
  });

  it('is passed on without a header of a tool that was not listed: the server asks to list it', async () => {
    const response = await post('tools/call', args, { 'mcp-name': 'query', 'mcp-param-region': 'eu' });
    expect(server.asked.at(-1)?.headers).not.toHaveProperty('mcp-param-region');
    expect(await response.json()).toMatchObject({ error: { code: -32020 } });
  });

  it('has no sessions: the id of one is ignored', async () => {
    await post('tools/list', {});
    const headers = { 'mcp-name': 'query', 'mcp-session-id': 'somebody-else', 'mcp-param-region': 'eu' };
    expect((await post('tools/call', args, headers)).status).toBe(200);
    expect(server.asked.at(-1)?.headers).not.toHaveProperty('mcp-session-id');
  });

  it('an unknown method is told as the server tells it', async () => {
    const response = await post('nothing/here', {});
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ id: 'raw', error: { code: -32601 } });
  });
});

describe('both generations', () => {
  it('the older SDK reaches a server of both', async () => {
    const old = new OldClient({ name: 'old', version: '1' });
    await old.connect(new OldTransport(proxy.url));
    const { content } = await old.callTool({ name: 'query', arguments: { region: 'old' } });
    expect(content).toEqual([{ type: 'text', text: 'old:0' }]);
    await expect(old.callTool({ name: 'forbidden' })).rejects.toMatchObject({ code: -32001 });
    await old.close();
  });

  it('a client of both finds out that a server is of the older', async () => {
    const everything: Running = await startEverything();
    const upstream = { kind: 'remote', url: everything.url, headers: new Map() } as const;
    const before = await new HttpProxy().start({ tools: { echo: 'allow' } }, upstream);
    const both = new Client({ name: 'both', version: '1' }, { versionNegotiation: { mode: 'auto' } });
    await both.connect(new StreamableHTTPClientTransport(before.url));
    const { content } = await both.callTool({ name: 'echo', arguments: { message: 'x' } });
    expect(content).toEqual([{ type: 'text', text: 'Echo: x' }]);
    await both.close();
    await before.stop();
    await everything.stop();
  });

  it('a client of the newer alone is told so by a server of the older', async () => {
    const modern = await startModernServer('reject');
    const upstream = { kind: 'remote', url: modern.url, headers: new Map() } as const;
    const strict = await new HttpProxy().start({ tools: TOOLS }, upstream);
    const old = new OldClient({ name: 'old', version: '1' });
    await expect(old.connect(new OldTransport(strict.url))).rejects.toThrow();
    await strict.stop();
    await modern.stop();
  });
});
