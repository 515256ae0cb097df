import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  type JSONRPCMessage,
  ListRootsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BuiltProxy, buildProxy, npmServer } from './support/proxy-process.ts';
import type { StubOptions } from './support/stub-engine.ts';

let proxy: BuiltProxy;
let folder: string;
let client: Client;
/** What came from the server after the handshake. */
let messages: JSONRPCMessage[];

beforeAll(async () => {
  proxy = await buildProxy();
});
afterAll(() => proxy.remove());

beforeEach(() => {
  messages = [];
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'aip-real-')));
  const info = { name: 'test', version: '1' };
  client = new Client(info, {
    capabilities: { roots: { listChanged: true }, sampling: {}, elicitation: {} },
  });
});
afterEach(async () => {
  await client.close();
  rmSync(folder, { recursive: true, force: true });
});

async function connect(
  target: readonly string[],
  engine: StubOptions,
  env: Record<string, string> = {},
): Promise<void> {
  const [command, ...args] = proxy.command({ engine, target, auditPath: join(folder, 'audit.jsonl') });
  const transport = new StdioClientTransport({ command, args, env, stderr: 'ignore' });
  await client.connect(transport);
  const { onmessage } = transport;
  transport.onmessage = (message) => {
    messages.push(message);
    onmessage?.(message);
  };
}

function audited(): readonly string[] {
  const lines = readFileSync(join(folder, 'audit.jsonl'), 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const record = JSON.parse(line);
    return `${record.direction} ${record.decision} ${record.tool ?? record.method}`;
  });
}

describe('server-filesystem', () => {
  it('reads what it may and writes nothing', async () => {
    writeFileSync(join(folder, 'note.txt'), 'hello');
    await connect(npmServer('server-filesystem', folder), { tools: { read_text_file: 'allow' } });
    const { tools } = await client.listTools();
    expect(tools.map((tool) => tool.name)).toEqual(['read_text_file']);

    const read = await client.callTool({
      name: 'read_text_file',
      arguments: { path: join(folder, 'note.txt') },
    });
    expect(read.content).toEqual([{ type: 'text', text: 'hello' }]);

    const path = join(folder, 'new.txt');
    await expect(
      client.callTool({ name: 'write_file', arguments: { path, content: 'x' } }),
    ).rejects.toMatchObject({
      code: -32001,
      data: { reason: 'Tool not in allowed_tools list', tool: 'write_file' },
    });
    expect(() => readFileSync(path)).toThrow('ENOENT');
    expect(audited()).toContain('upstream ALLOW read_text_file');
    expect(audited()).toContain('upstream BLOCK write_file');
  });

  it('a tool’s name in another spelling reaches the tool that was judged', async () => {
    writeFileSync(join(folder, 'note.txt'), 'hello');
    await connect(npmServer('server-filesystem', folder), { tools: { read_text_file: 'allow' } });
    await client.listTools();
    const read = await client.callTool({
      name: 'Read_Text_File',
      arguments: { path: join(folder, 'note.txt') },
    });
    expect(read.content).toEqual([{ type: 'text', text: 'hello' }]);
  });
});

describe('server-memory', () => {
  it('remembers, and forgets nothing that it may not', async () => {
    const tools = { create_entities: 'allow', read_graph: 'allow' } as const;
    await connect(npmServer('server-memory'), { tools }, { MEMORY_FILE_PATH: join(folder, 'memory.json') });
    expect((await client.listTools()).tools.map((tool) => tool.name).sort()).toEqual(Object.keys(tools));
    const entities = [{ name: 'a', entityType: 'thing', observations: ['seen'] }];
    await client.callTool({ name: 'create_entities', arguments: { entities } });
    await expect(
      client.callTool({ name: 'delete_entities', arguments: { entityNames: ['a'] } }),
    ).rejects.toMatchObject({ code: -32001 });
    const graph = await client.callTool({ name: 'read_graph', arguments: {} });
    expect(graph.structuredContent).toMatchObject({ entities });
  });
});

describe('@playwright/mcp', () => {
  it('shows the tools that are allowed, answers them, and runs no code', async () => {
    const cli = createRequire(import.meta.url).resolve('@playwright/mcp/package.json');
    const server = [process.execPath, join(dirname(cli), 'cli.js'), '--headless', '--isolated'];
    await connect(server, { tools: { browser_close: 'allow' } });
    expect((await client.listTools()).tools.map((tool) => tool.name)).toEqual(['browser_close']);
    const closed = await client.callTool({ name: 'browser_close', arguments: {} });
    expect(closed.content).toContainEqual(expect.objectContaining({ type: 'text' }));
    await expect(
      client.callTool({ name: 'browser_evaluate', arguments: { function: '() => 1' } }),
    ).rejects.toMatchObject({ code: -32001 });
    expect(audited()).toContain('upstream BLOCK browser_evaluate');
  });
});

describe('a client of the second SDK', () => {
  it('finds the revision that the server speaks, and gets what it may', async () => {
    writeFileSync(join(folder, 'note.txt'), 'hello');
    const modern = new ModernClient({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
    const engine = { tools: { read_text_file: 'allow' } } as const;
    const target = npmServer('server-filesystem', folder);
    const [command, ...args] = proxy.command({ engine, target, auditPath: join(folder, 'audit.jsonl') });
    await modern.connect(new ModernTransport({ command, args, stderr: 'ignore' }));
    expect((await modern.listTools()).tools.map((tool) => tool.name)).toEqual(['read_text_file']);
    const path = join(folder, 'note.txt');
    const read = await modern.callTool({ name: 'read_text_file', arguments: { path } });
    expect(read.content).toEqual([{ type: 'text', text: 'hello' }]);
    await expect(
      modern.callTool({ name: 'write_file', arguments: { path, content: 'x' } }),
    ).rejects.toMatchObject({ code: -32001 });
    await modern.close();
  });
});

describe('server-everything', () => {
  const TOOLS: StubOptions = {
    tools: {
      echo: 'allow',
      'trigger-long-running-operation': 'allow',
      'trigger-sampling-request': 'allow',
      'trigger-elicitation-request': 'allow',
      'get-roots-list': 'allow',
      'get-structured-content': 'allow',
      'get-tiny-image': 'allow',
    },
  };
  const connectEverything = (options: StubOptions = TOOLS): Promise<void> =>
    connect(npmServer('server-everything', 'stdio'), options);

  it('answers calls, also those whose results are no text', async () => {
    await connectEverything();
    expect(client.getServerVersion()?.name).toBe('mcp-servers/everything');
    const echo = await client.callTool({ name: 'echo', arguments: { message: 'a\u2028b' } });
    expect(echo.content).toEqual([{ type: 'text', text: 'Echo: a\u2028b' }]);
    const image = await client.callTool({ name: 'get-tiny-image' });
    expect(image.content).toContainEqual(expect.objectContaining({ type: 'image', mimeType: 'image/png' }));
    const structured = await client.callTool({
      name: 'get-structured-content',
      arguments: { location: 'Chicago' },
    });
    expect(structured.structuredContent).toBeDefined();
  });

  it('reports progress', async () => {
    await connectEverything();
    const call = { name: 'trigger-long-running-operation', arguments: { duration: 0.2, steps: 4 } };
    let seen = 0;
    await client.callTool(call, undefined, { onprogress: () => seen++ });
    // The client drops a notification that it reads together with the answer: the wire is what counts.
    expect(seen).toBeGreaterThan(0);
    const progress = messages.flatMap((message) =>
      'method' in message && message.method === 'notifications/progress' ? [message.params?.progress] : [],
    );
    expect(progress).toEqual([1, 2, 3, 4]);
  });

  it('is told of a cancellation, and goes on', async () => {
    await connectEverything();
    const cancel = new AbortController();
    const call = { name: 'trigger-long-running-operation', arguments: { duration: 60, steps: 60 } };
    const running = client.callTool(call, undefined, { signal: cancel.signal });
    await client.ping();
    cancel.abort('enough');
    await expect(running).rejects.toThrow('enough');
    const echo = await client.callTool({ name: 'echo', arguments: { message: 'still here' } });
    expect(echo.content).toEqual([{ type: 'text', text: 'Echo: still here' }]);
    expect(audited()).toContain('upstream ALLOW notifications/cancelled');
  });

  it('is answered what it asks: roots, sampling, elicitation', async () => {
    client.setRequestHandler(ListRootsRequestSchema, () => ({
      roots: [{ uri: 'file:///srv', name: 'srv' }],
    }));
    client.setRequestHandler(CreateMessageRequestSchema, () => ({
      model: 'test-model',
      role: 'assistant',
      content: { type: 'text', text: 'sampled' },
    }));
    client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'decline' }));
    await connectEverything();
    const roots = await client.callTool({ name: 'get-roots-list' });
    expect(JSON.stringify(roots.content)).toContain('file:///srv');
    const sampled = await client.callTool({ name: 'trigger-sampling-request', arguments: { prompt: 'hi' } });
    expect(JSON.stringify(sampled.content)).toContain('sampled');
    const elicited = await client.callTool({ name: 'trigger-elicitation-request' });
    expect(JSON.stringify(elicited.content)).toContain('decline');
    for (const method of ['roots/list', 'sampling/createMessage', 'elicitation/create'])
      expect(audited()).toContain(`downstream ALLOW ${method}`);
  });

  it('is refused what the policy denies it', async () => {
    let asked = false;
    client.setRequestHandler(CreateMessageRequestSchema, () => {
      asked = true;
      return { model: 'm', role: 'assistant', content: { type: 'text', text: 'x' } };
    });
    await connectEverything({ ...TOOLS, deniedMethods: ['sampling/createmessage'] });
    const sampled = await client.callTool({ name: 'trigger-sampling-request', arguments: { prompt: 'hi' } });
    expect(sampled.isError).toBe(true);
    expect(JSON.stringify(sampled.content)).toContain('Method not allowed');
    expect(asked).toBe(false);
    expect(audited()).toContain('downstream BLOCK sampling/createMessage');
  });
});
