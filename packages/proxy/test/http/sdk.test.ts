import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HttpProxyOptions } from '../../src/http/run-http-proxy.ts';
import { npmServer } from '../support/proxy-process.ts';
import type { StubOptions } from '../support/stub-engine.ts';
import { HttpProxy, type Running, startEverything } from './http-proxy.ts';

const TOOLS: StubOptions = {
  tools: {
    echo: 'allow',
    'trigger-long-running-operation': 'allow',
    'trigger-sampling-request': 'allow',
    'trigger-elicitation-request': 'allow',
    'get-roots-list': 'allow',
    'get-tiny-image': 'allow',
  },
};

let everything: Running;
let proxy: HttpProxy;
let client: Client;
let transport: StreamableHTTPClientTransport;

beforeAll(async () => {
  everything = await startEverything();
});
afterAll(() => everything.stop());

describe.each<[string, () => HttpProxyOptions['upstream']]>([
  ['a remote server', () => ({ kind: 'remote', url: everything.url, headers: new Map() })],
  [
    'a local command for each session',
    () => ({ kind: 'local', target: npmServer('server-everything', 'stdio') }),
  ],
])('the SDK over Streamable HTTP, with %s', (_, upstream) => {
  beforeEach(async () => {
    proxy = await new HttpProxy().start(TOOLS, upstream());
    client = new Client(
      { name: 'test', version: '1' },
      { capabilities: { roots: { listChanged: true }, sampling: {}, elicitation: {} } },
    );
    client.setRequestHandler(ListRootsRequestSchema, () => ({
      roots: [{ uri: 'file:///srv', name: 'srv' }],
    }));
    client.setRequestHandler(CreateMessageRequestSchema, () => ({
      model: 'test-model',
      role: 'assistant',
      content: { type: 'text', text: 'sampled' },
    }));
    client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'decline' }));
    transport = new StreamableHTTPClientTransport(proxy.url);
    await client.connect(transport);
  });
  afterEach(async () => {
    await client.close();
    expect(await proxy.stop()).toBe(143);
  });

  it('calls what it may, and nothing else', async () => {
    expect(client.getServerVersion()?.name).toBe('mcp-servers/everything');
    const { tools } = await client.listTools();
    expect(tools.map((tool) => tool.name)).toContain('echo');
    const echo = await client.callTool({ name: 'echo', arguments: { message: 'a\u2028b\nc' } });
    expect(echo.content).toEqual([{ type: 'text', text: 'Echo: a\u2028b\nc' }]);
    await expect(client.callTool({ name: 'get-env' })).rejects.toMatchObject({ code: -32001 });
    const image = await client.callTool({ name: 'get-tiny-image' });
    expect(image.content).toContainEqual(expect.objectContaining({ type: 'image' }));
    expect(proxy.audited()).toContain('upstream ALLOW echo');
    expect(proxy.audited()).toContain('upstream BLOCK get-env');
  });

  it('is told of progress while a call is under way', async () => {
    const seen: number[] = [];
    const call = { name: 'trigger-long-running-operation', arguments: { duration: 0.4, steps: 4 } };
    await client.callTool(call, undefined, { onprogress: ({ progress }) => seen.push(progress) });
    expect(seen.length).toBeGreaterThan(0);
  });

  it('has many calls under way at once', async () => {
    const calls = Array.from({ length: 40 }, (_each, index) =>
      client.callTool({ name: 'echo', arguments: { message: `${index}` } }),
    );
    const answers = await Promise.all(calls);
    expect(answers.map(({ content }) => content)).toEqual(
      calls.map((_each, index) => [{ type: 'text', text: `Echo: ${index}` }]),
    );
  });

  it('answers what the server asks', async () => {
    const sampled = await client.callTool({ name: 'trigger-sampling-request', arguments: { prompt: 'hi' } });
    expect(JSON.stringify(sampled.content)).toContain('sampled');
    const elicited = await client.callTool({ name: 'trigger-elicitation-request' });
    expect(JSON.stringify(elicited.content)).toContain('decline');
    expect(proxy.audited()).toContain('downstream ALLOW sampling/createMessage');
  });

  it('ends its session', async () => {
    const { sessionId } = transport;
    expect(sessionId).toBeDefined();
    await transport.terminateSession();
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-session-id': sessionId ?? '',
    };
    const body = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
    expect((await fetch(proxy.url, { method: 'POST', headers, body })).status).toBe(404);
  });
});
