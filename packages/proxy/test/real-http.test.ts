import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  Client as NewClient,
  StreamableHTTPClientTransport as NewTransport,
} from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpProxyOptions } from '../src/http/run-http-proxy.ts';
import { HttpProxy } from './http/http-proxy.ts';
import { npmServer } from './support/proxy-process.ts';

/** A server, a call that it answers, what stands in the answer, and a tool that it has and may not be called. */
interface Case {
  readonly upstream: () => HttpProxyOptions['upstream'];
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly said: string;
  readonly forbidden: string;
}

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'aip-real-http-')));
let browserServer: ChildProcess;
let browserPort = 0;

beforeAll(async () => {
  writeFileSync(join(folder, 'note.txt'), 'what stands in the note');
  const known = { type: 'entity', name: 'aip', entityType: 'proxy', observations: ['stands between'] };
  writeFileSync(join(folder, 'memory.jsonl'), `${JSON.stringify(known)}\n`);
  browserPort = await findPort();
  const cli = join(dirname(createRequire(import.meta.url).resolve('@playwright/mcp/package.json')), 'cli.js');
  const args = [cli, '--port', String(browserPort), '--headless', '--isolated'];
  browserServer = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    for (const stream of [browserServer.stdout, browserServer.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        if (text.includes('Listening on')) resolve();
      });
    browserServer.once('exit', () => reject(new Error('the server ended')));
  });
}, 30_000);

afterAll(async () => {
  const exited = new Promise((resolve) => browserServer.once('exit', resolve));
  browserServer.kill('SIGKILL');
  await exited;
  rmSync(folder, { recursive: true, force: true });
});

function findPort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

const browser = (path: string, legacy: boolean) => ({
  upstream: () =>
    ({
      kind: 'remote',
      url: new URL(`http://localhost:${browserPort}${path}`),
      headers: new Map(),
      legacy,
    }) as const,
  // What it says depends on whether the machine has a browser; that it answers does not.
  tool: 'browser_close',
  args: {},
  said: '"type":"text"',
  forbidden: 'browser_navigate',
});

const CASES: readonly (readonly [name: string, Case])[] = [
  [
    'server-filesystem behind a command',
    {
      upstream: () => ({ kind: 'local', target: npmServer('server-filesystem', folder) }),
      tool: 'read_text_file',
      args: { path: join(folder, 'note.txt') },
      said: 'what stands in the note',
      forbidden: 'write_file',
    },
  ],
  [
    'server-memory behind a command',
    {
      upstream: () => ({ kind: 'local', target: npmServer('server-memory') }),
      tool: 'search_nodes',
      args: { query: 'aip' },
      said: 'stands between',
      forbidden: 'delete_entities',
    },
  ],
  ['@playwright/mcp at a URL', browser('/mcp', false)],
  ['@playwright/mcp at the URL of the old transport', browser('/sse', true)],
];

describe.each(CASES)('%s', (_, { upstream, tool, args, said, forbidden }) => {
  async function start(): Promise<HttpProxy> {
    const env = { ...process.env, MEMORY_FILE_PATH: join(folder, 'memory.jsonl') };
    return await new HttpProxy().start({ tools: { [tool]: 'allow' } }, upstream(), { cwd: folder, env });
  }

  it('is used by the older SDK', async () => {
    const proxy = await start();
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(new StreamableHTTPClientTransport(proxy.url));
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([tool]);
    expect(JSON.stringify(await client.callTool({ name: tool, arguments: { ...args } }))).toContain(said);
    await expect(client.callTool({ name: forbidden, arguments: {} })).rejects.toMatchObject({ code: -32001 });
    await client.close();
    await proxy.stop();
  });

  it('is used by the newer SDK', async () => {
    const proxy = await start();
    const client = new NewClient({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
    await client.connect(new NewTransport(proxy.url));
    expect(JSON.stringify(await client.callTool({ name: tool, arguments: { ...args } }))).toContain(said);
    await expect(client.callTool({ name: forbidden, arguments: {} })).rejects.toMatchObject({ code: -32001 });
    await client.close();
    await proxy.stop();
  });
});
