import { randomBytes } from 'node:crypto';
import {
  Client as NewClient,
  StreamableHTTPClientTransport as NewTransport,
} from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, it } from 'vitest';
import { npmServer } from '../support/proxy-process.ts';
import { HttpProxy, startEverything } from './http-proxy.ts';
import { startModernServer } from './modern-server.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

type Action = 'accept' | 'decline';
const asked: string[] = [];

async function start(upstream: Parameters<HttpProxy['start']>[1], tool: string): Promise<HttpProxy> {
  const proxy = new HttpProxy();
  await proxy.start({ tools: { [tool]: 'ask' } }, upstream, { askClient: { randomBytes } });
  cleanups.push(() => proxy.stop());
  expect(proxy.text()).toContain('the MCP client approves its own calls');
  return proxy;
}

describe('a client that is asked about its own calls', () => {
  it.each<[string, 'remote' | 'local', Action]>([
    ['approves one in front of a remote server', 'remote', 'accept'],
    ['declines one in front of a remote server', 'remote', 'decline'],
    ['approves one in front of a command', 'local', 'accept'],
  ])('%s', async (_, kind, action) => {
    const everything = kind === 'remote' ? await startEverything() : null;
    if (everything !== null) cleanups.push(() => everything.stop());
    const proxy = await start(
      everything === null
        ? { kind: 'local', target: npmServer('server-everything', 'stdio') }
        : { kind: 'remote', url: everything.url, headers: new Map() },
      'echo',
    );
    const client = new Client({ name: 'test', version: '1' }, { capabilities: { elicitation: {} } });
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      asked.push(params.message);
      return answerForm(action);
    });
    await client.connect(new StreamableHTTPClientTransport(proxy.url));
    const called = client.callTool({ name: 'echo', arguments: { message: 'x' } });
    if (action === 'accept') expect((await called).content).toEqual([{ type: 'text', text: 'Echo: x' }]);
    else await expect(called).rejects.toMatchObject({ code: -32004 });
    expect(asked.at(-1)).toContain('echo');
    await client.close();
  });

  it.each<[string, Action]>([
    ['approves', 'accept'],
    ['declines', 'decline'],
  ])('without a session %s one, and no other', async (_, action) => {
    const modern = await startModernServer();
    cleanups.push(() => modern.stop());
    const proxy = await start({ kind: 'remote', url: modern.url, headers: new Map() }, 'query');
    const client = new NewClient(
      { name: 'test', version: '1' },
      { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: { pin: '2026-07-28' } } },
    );
    const questions: string[] = [];
    client.setRequestHandler('elicitation/create', ({ params }) => {
      questions.push(params.message);
      return answerForm(action);
    });
    await client.connect(new NewTransport(proxy.url));
    await client.listTools();
    for (const region of ['eu', 'us']) {
      const called = client.callTool({ name: 'query', arguments: { region } });
      if (action === 'accept')
        expect((await called).content).toEqual([{ type: 'text', text: `${region}:0` }]);
      else await expect(called).rejects.toMatchObject({ code: -32004 });
    }
    expect(questions).toHaveLength(2);
    await client.close();
  });
});

/** What a user says to the question of the proxy. */
function answerForm(action: Action) {
  return action === 'decline' ? { action } : { action, content: { decision: 'approve' } };
}
