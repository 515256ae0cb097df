import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { npmServer } from '../support/proxy-process.ts';
import { HttpProxy } from './http-proxy.ts';

const PIN = { versionNegotiation: { mode: { pin: '2026-07-28' } } } as const;

let proxy: HttpProxy;
let client: Client;

const log = (): string => join(proxy.folder, 'log');
const logged = (): string => (existsSync(log()) ? readFileSync(log(), 'utf8') : '');

beforeEach(async () => {
  proxy = new HttpProxy();
  const target = [process.execPath, join(import.meta.dirname, 'modern-stdio.mjs'), log()];
  await proxy.start({ tools: { who: 'allow', wait: 'allow' } }, { kind: 'local', target });
  client = new Client({ name: 'test', version: '1' }, PIN);
  await client.connect(new StreamableHTTPClientTransport(proxy.url));
});
afterEach(async () => {
  await client.close();
  await proxy.stop();
});

async function who(each: Client = client): Promise<string> {
  return JSON.stringify((await each.callTool({ name: 'who', arguments: {} })).content);
}

describe('the stateless protocol in front of a command', () => {
  it('finds the same process again, and calls only what it may', async () => {
    expect(client.getServerVersion()?.name).toBe('modern-stdio');
    const first = await who();
    expect(await who()).toBe(first);
    await expect(client.callTool({ name: 'other', arguments: {} })).rejects.toMatchObject({ code: -32001 });
  });

  it('has a process for each request that is under way', async () => {
    const waiting = client.callTool({ name: 'wait', arguments: {} });
    waiting.catch(() => undefined);
    await expect.poll(logged).toContain('waiting');
    const [first, second] = [await who(), await who()];
    expect(second).toBe(first);
  });

  it('takes back what its client gives up, and ends that process', async () => {
    const leaving = new AbortController();
    const waiting = client.callTool({ name: 'wait', arguments: {} }, { signal: leaving.signal });
    waiting.catch(() => undefined);
    await expect.poll(logged).toContain('waiting');
    leaving.abort();
    await expect.poll(logged).toContain('aborted');
    expect(await who()).toContain('text');
  });

  it('gives no client a process of another', async () => {
    const transport = new StreamableHTTPClientTransport(proxy.url, {
      requestInit: { headers: { authorization: 'Bearer other' } },
    });
    const other = new Client({ name: 'other', version: '1' }, PIN);
    await other.connect(transport);
    expect(await who(other)).not.toBe(await who());
    await other.close();
  });

  it.each([
    ['one answer where there is no more to say', 'tools/list', {}, 200, 'application/json'],
    ['the status of a method that there is not', 'nothing/here', {}, 404, 'application/json'],
    [
      'a stream where more is to be said',
      'subscriptions/listen',
      { notifications: {} },
      200,
      'text/event-stream',
    ],
  ])('gets %s', async (_, method, params, status, type) => {
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const leaving = new AbortController();
    const response = await fetch(proxy.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': method,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } }),
      signal: leaving.signal,
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([status, type]);
    leaving.abort();
  });

  it('a client of both meets a server of the older one', async () => {
    const older = new HttpProxy();
    await older.start(
      { tools: { echo: 'allow' } },
      { kind: 'local', target: npmServer('server-everything', 'stdio') },
    );
    const both = new Client({ name: 'both', version: '1' }, { versionNegotiation: { mode: 'auto' } });
    await both.connect(new StreamableHTTPClientTransport(older.url));
    const { content } = await both.callTool({ name: 'echo', arguments: { message: 'x' } });
    expect(content).toEqual([{ type: 'text', text: 'Echo: x' }]);
    await both.close();
    await older.stop();
  });
});
