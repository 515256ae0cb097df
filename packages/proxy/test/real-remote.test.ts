import { Client as NewClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as NewTransport } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltRunner, buildRunner } from './http/build-runner.ts';
import { HttpProxy, type Running, startEverything } from './http/http-proxy.ts';
import { startModernServer } from './http/modern-server.ts';
import type { RemoteRunnerOptions } from './http/remote-runner.ts';
import type { StubOptions } from './support/stub-engine.ts';

const TOOLS: StubOptions = {
  tools: {
    echo: 'allow',
    'trigger-long-running-operation': 'allow',
    'trigger-sampling-request': 'allow',
    'get-roots-list': 'allow',
    'toggle-simulated-logging': 'allow',
  },
  secret: 'hunter2',
};

let runner: BuiltRunner;
let servers: { readonly streamable: Running; readonly sse: Running };
let client: Client | null = null;

beforeAll(async () => {
  const [built, streamable, sse] = await Promise.all([
    buildRunner('remote-runner'),
    startEverything(),
    startEverything('sse'),
  ]);
  runner = built;
  servers = { streamable, sse };
}, 30_000);
afterAll(async () => {
  await Promise.all([servers.streamable.stop(), servers.sse.stop()]);
  runner.remove();
});
afterEach(async () => {
  await client?.close();
  client = null;
});

function command(options: RemoteRunnerOptions) {
  const args = [runner.path, JSON.stringify(options)];
  return { command: process.execPath, args, stderr: 'ignore' as const };
}

function makeClient(): Client {
  const made = new Client(
    { name: 'test', version: '1' },
    { capabilities: { roots: { listChanged: true }, sampling: {} } },
  );
  made.setRequestHandler(ListRootsRequestSchema, () => ({ roots: [{ uri: 'file:///srv', name: 'srv' }] }));
  made.setRequestHandler(CreateMessageRequestSchema, () => ({
    model: 'test-model',
    role: 'assistant',
    content: { type: 'text', text: 'sampled' },
  }));
  client = made;
  return made;
}

/** What holds for every way to the server. */
async function useServer(made: Client): Promise<void> {
  expect(made.getServerVersion()?.name).toBe('mcp-servers/everything');
  const { tools } = await made.listTools();
  expect(tools.map(({ name }) => name)).toContain('echo');
  expect(tools.map(({ name }) => name)).not.toContain('get-env');
  const echo = await made.callTool({ name: 'echo', arguments: { message: 'a\u2028b\nc hunter2' } });
  expect(echo.content).toEqual([{ type: 'text', text: 'Echo: a\u2028b\nc [REDACTED:secret]' }]);
  await expect(made.callTool({ name: 'get-env' })).rejects.toMatchObject({ code: -32001 });
  const seen: number[] = [];
  const long = { name: 'trigger-long-running-operation', arguments: { duration: 0.3, steps: 3 } };
  await made.callTool(long, undefined, { onprogress: ({ progress }) => seen.push(progress) });
  // The SDK may miss the last one, which comes together with the answer.
  expect(seen.slice(0, 2)).toEqual([1, 2]);
  const sampled = await made.callTool({ name: 'trigger-sampling-request', arguments: { prompt: 'hi' } });
  expect(JSON.stringify(sampled.content)).toContain('sampled');
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_each, index) =>
      made.callTool({ name: 'echo', arguments: { message: `${index}` } }),
    ),
  );
  expect(answers.map(({ content }) => content)).toEqual(
    answers.map((_each, index) => [{ type: 'text', text: `Echo: ${index}` }]),
  );
}

describe('a client on standard input, with a server behind a URL', () => {
  it('of Streamable HTTP', async () => {
    const made = makeClient();
    await made.connect(
      new StdioClientTransport(command({ engine: TOOLS, url: servers.streamable.url.href })),
    );
    await useServer(made);
  });

  it('of Streamable HTTP hears what nobody asked for', async () => {
    const made = makeClient();
    const heard = new Promise<void>((resolve) => {
      made.setNotificationHandler(LoggingMessageNotificationSchema, () => resolve());
    });
    await made.connect(
      new StdioClientTransport(command({ engine: TOOLS, url: servers.streamable.url.href })),
    );
    await made.callTool({ name: 'toggle-simulated-logging' });
    await heard;
  }, 20_000);

  it('of HTTP with SSE', async () => {
    const made = makeClient();
    const options = { engine: TOOLS, url: servers.sse.url.href, legacy: true };
    await made.connect(new StdioClientTransport(command(options)));
    await useServer(made);
  });

  it('of protocol 2026-07-28', async () => {
    const modern = await startModernServer('reject');
    const made = new NewClient(
      { name: 'test', version: '1' },
      { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: 'auto' } },
    );
    made.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { answer: 'this' } }));
    const engine = { tools: { query: 'allow', ask: 'allow', wait: 'allow' } } as const;
    await made.connect(new NewTransport(command({ engine, url: modern.url.href })));
    await made.listTools();
    const { content } = await made.callTool({ name: 'query', arguments: { region: 'wést', count: 3 } });
    expect(content).toEqual([{ type: 'text', text: 'wést:3' }]);
    expect(modern.asked.at(-1)?.headers).toMatchObject({
      'x-from': 'aip',
      'mcp-method': 'tools/call',
      'mcp-name': 'query',
      'mcp-param-count': '3',
    });
    const asked = await made.callTool({ name: 'ask', arguments: {} });
    expect(asked.content).toEqual([{ type: 'text', text: 'answered {"answer":"this"}' }]);
    await expect(made.callTool({ name: 'forbidden', arguments: {} })).rejects.toMatchObject({ code: -32001 });
    // What is cancelled on standard input is left over HTTP.
    const leaving = new AbortController();
    const waiting = made.callTool({ name: 'wait', arguments: {} }, { signal: leaving.signal });
    waiting.catch(() => undefined);
    await modern.whenWaiting();
    leaving.abort();
    await expect.poll(() => modern.aborted).toEqual(['wait']);
    await made.close();
    await modern.stop();
  }, 20_000);
});

describe('a client over Streamable HTTP, with a server of HTTP with SSE', () => {
  it('uses it as any other', async () => {
    const upstream = { kind: 'remote', url: servers.sse.url, headers: new Map(), legacy: true } as const;
    const proxy = await new HttpProxy().start(TOOLS, upstream);
    const made = makeClient();
    await made.connect(new StreamableHTTPClientTransport(proxy.url));
    await useServer(made);
    await made.close();
    await proxy.stop();
  });

  it('is not spoken towards clients', async () => {
    const upstream = { kind: 'remote', url: servers.sse.url, headers: new Map(), legacy: true } as const;
    const proxy = await new HttpProxy().start(TOOLS, upstream);
    const made = new Client({ name: 'old', version: '1' });
    await expect(made.connect(new SSEClientTransport(proxy.url))).rejects.toThrow('404');
    await proxy.stop();
  });
});
