import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BuiltProxy, buildProxy, npmServer } from './support/proxy-process.ts';

let proxy: BuiltProxy;
let folder: string;
beforeAll(async () => {
  proxy = await buildProxy();
});
afterAll(() => proxy.remove());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aip-ask-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const auditPath = (): string => join(folder, 'audit.jsonl');

function start(target: readonly string[], tool: string) {
  const engine = { tools: { [tool]: 'ask' } } as const;
  const [command, ...args] = proxy.command({ engine, target, auditPath: auditPath(), askClient: true });
  return { command, args, stderr: 'ignore' } as const;
}

/** What the audit log says of calls and of questions, in its order. */
function audited(): readonly string[] {
  return readFileSync(auditPath(), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter((record) => record.tool !== undefined)
    .map((record) => record.event ?? `${record.decision} ${record.reason}`);
}

describe('a client of the first SDK', () => {
  it.each([
    ['approves', 'accept', 'approve'],
    ['denies', 'accept', 'deny'],
    ['declines', 'decline', undefined],
  ] as const)('%s its own call', async (_, action, decision) => {
    const client = new Client({ name: 'test', version: '1' }, { capabilities: { elicitation: {} } });
    const questions: string[] = [];
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      questions.push(params.message);
      return decision === undefined ? { action } : { action, content: { decision } };
    });
    await client.connect(new StdioClientTransport(start(npmServer('server-everything', 'stdio'), 'echo')));
    const called = client.callTool({ name: 'echo', arguments: { message: 'x' } });
    if (decision === 'approve') expect((await called).content).toEqual([{ type: 'text', text: 'Echo: x' }]);
    else await expect(called).rejects.toMatchObject({ code: -32004 });
    expect(questions).toEqual([expect.stringContaining('Tool: echo\nArguments: {"message":"x"}')]);
    await client.close();
    expect(audited()).toEqual([
      'APPROVAL_ASKED',
      decision === 'approve' ? 'ALLOW approved' : 'BLOCK The call was not approved',
    ]);
  });

  it('that shows no forms is refused', async () => {
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(new StdioClientTransport(start(npmServer('server-everything', 'stdio'), 'echo')));
    await expect(client.callTool({ name: 'echo', arguments: { message: 'x' } })).rejects.toMatchObject({
      code: -32004,
    });
    await client.close();
  });
});

describe('a client of the SDK of protocol 2026-07-28', () => {
  const SERVER = [process.execPath, join(import.meta.dirname, 'support/modern-stdio-server.mjs')];

  async function connect(tool: string, decision: 'approve' | 'deny') {
    const client = new ModernClient(
      { name: 'test', version: '1' },
      { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: { pin: '2026-07-28' } } },
    );
    const questions: string[] = [];
    client.setRequestHandler('elicitation/create', ({ params }) => {
      questions.push(params.message.split('\n')[0] ?? '');
      const content = params.message === 'What?' ? { answer: 'this' } : { decision };
      return { action: 'accept', content };
    });
    await client.connect(new ModernTransport(start(SERVER, tool)));
    return { client, questions };
  }

  it('approves one call, and is asked about the next', async () => {
    const { client, questions } = await connect('deploy', 'approve');
    for (const env of ['prod', 'prod']) {
      const { content } = await client.callTool({ name: 'deploy', arguments: { env } });
      expect(content).toEqual([{ type: 'text', text: `deployed to ${env}` }]);
    }
    expect(questions).toHaveLength(2);
    await client.close();
    expect(audited()).toEqual(['APPROVAL_ASKED', 'ALLOW approved', 'APPROVAL_ASKED', 'ALLOW approved']);
  });

  it('denies', async () => {
    const { client } = await connect('deploy', 'deny');
    await expect(client.callTool({ name: 'deploy', arguments: { env: 'prod' } })).rejects.toMatchObject({
      code: -32004,
    });
    await client.close();
  });

  it('answers the server’s own question too: nothing of that is lost', async () => {
    const { client, questions } = await connect('ask', 'approve');
    const { content } = await client.callTool({ name: 'ask', arguments: { env: 'prod' } });
    expect(content).toEqual([{ type: 'text', text: 'prod: this' }]);
    expect(questions).toEqual(['Approve this tool call?', 'What?', 'Approve this tool call?']);
    await client.close();
  });
});
