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
