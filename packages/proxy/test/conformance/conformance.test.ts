import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltRunner, buildRunner } from '../http/build-runner.ts';
import { runSuite, type Started, startProxy, startServer } from './run-suite.ts';

const TOOLS = [
  'test_simple_text',
  'test_image_content',
  'test_audio_content',
  'test_embedded_resource',
  'test_multiple_content_types',
  'test_error_handling',
  'test_tool_with_logging',
  'test_tool_with_progress',
  'test_sampling',
  'test_elicitation',
  'test_elicitation_sep1034_defaults',
  'test_elicitation_sep1330_enums',
  'test_reconnection',
  'json_schema_2020_12_tool',
];

let server: Started;
let runner: BuiltRunner;
let proxy: Started;

beforeAll(async () => {
  [server, runner] = await Promise.all([startServer(), buildRunner('http-runner')]);
  proxy = await startProxy(runner, {
    engine: { tools: Object.fromEntries(TOOLS.map((name) => [name, 'allow'])) },
    upstream: `http://127.0.0.1:${server.said}/mcp`,
  });
}, 30_000);

afterAll(async () => {
  await Promise.all([proxy.stop(), server.stop()]);
  runner.remove();
});

describe('the public conformance suite', () => {
  it('says the same of a server through the proxy as without it', { timeout: 120_000 }, async () => {
    const [direct, proxied] = await Promise.all([
      runSuite(`http://127.0.0.1:${server.said}/mcp`),
      runSuite(proxy.said),
    ]);
    expect(direct.at(-1)).toMatch(/^Total: 44 passed, 0 failed$/);
    expect(proxied).toEqual(direct);
  });
});

describe('a stream that the server breaks off in the middle of a call', () => {
  it('is gone on with by the SDK, through the proxy', async () => {
    const client = new Client({ name: 'test', version: '1' });
    const opened: (string | null)[] = [];
    await client.connect(
      new StreamableHTTPClientTransport(new URL(proxy.said), {
        fetch: (url, init) => {
          if (init?.method === 'GET') opened.push(new Headers(init.headers).get('last-event-id'));
          return fetch(url, init);
        },
      }),
    );
    const tokens: string[] = [];
    const result = await client.request(
      { method: 'tools/call', params: { name: 'test_reconnection', arguments: {} } },
      CallToolResultSchema,
      { onresumptiontoken: (token) => tokens.push(token) },
    );
    expect(result.content).toEqual([{ type: 'text', text: 'reconnected' }]);
    // It was resumed by the id of the event that stood at the stream's head.
    expect(tokens.length).toBeGreaterThan(1);
    expect(opened).toContain(tokens[0]);
    await client.close();
  });
});
