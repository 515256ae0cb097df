import { createServer, type IncomingMessage } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import {
  acceptedContent,
  createMcpHandler,
  fromJsonSchema,
  inputRequired,
  McpServer,
} from '@modelcontextprotocol/server';

/** A server of protocol 2026-07-28, made of the SDK that has it. */
export interface ModernServer {
  readonly url: URL;
  /** What was asked over HTTP, with its headers. */
  readonly asked: readonly { readonly body: string; readonly headers: IncomingMessage['headers'] }[];
  /** Calls that the client took back. */
  readonly aborted: readonly string[];
  /** Resolves once a call of this tool is under way. */
  whenWaiting(): Promise<void>;
  tellToolsChanged(): void;
  stop(): Promise<void>;
}

const ANSWER = fromJsonSchema<{ answer: string }>({
  type: 'object',
  properties: { answer: { type: 'string' } },
  required: ['answer'],
});

export async function startModernServer(legacy: 'stateless' | 'reject' = 'stateless'): Promise<ModernServer> {
  const asked: { body: string; headers: IncomingMessage['headers'] }[] = [];
  const aborted: string[] = [];
  let wake: () => void = () => undefined;
  const waiting = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const handler = createMcpHandler(() => makeServer(aborted, () => wake()), { legacy });
  const listener = getRequestListener(async (request) => {
    const body = await request.clone().text();
    asked.push({ body, headers: Object.fromEntries(request.headers) });
    return await handler.fetch(request);
  });
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: new URL(`http://127.0.0.1:${port}/mcp`),
    asked,
    aborted,
    whenWaiting: () => waiting,
    tellToolsChanged: () => handler.notify.toolsChanged(),
    stop: async () => {
      await handler.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function makeServer(aborted: string[], onWaiting: () => void): McpServer {
  const server = new McpServer(
    { name: 'modern', version: '1' },
    { capabilities: { tools: { listChanged: true } } },
  );
  const query = fromJsonSchema<{ region: string; count?: number }>({
    type: 'object',
    properties: {
      region: { type: 'string', ...inHeader('Region') },
      count: { type: 'integer', ...inHeader('Count') },
    },
    required: ['region'],
  });
  server.registerTool('query', { description: 'asks a region', inputSchema: query }, ({ region, count }) => ({
    content: [{ type: 'text', text: `${region}:${count ?? 0}` }],
  }));
  server.registerTool(
    'ask',
    { description: 'asks back', inputSchema: fromJsonSchema({ type: 'object' }) },
    (_, call) => {
      const given = acceptedContent(call.mcpReq.inputResponses, 'question', ANSWER);
      if (given !== undefined)
        return { content: [{ type: 'text', text: `answered ${JSON.stringify(given)}` }] };
      return inputRequired({
        inputRequests: {
          question: inputRequired.elicit({
            message: 'What?',
            requestedSchema: {
              type: 'object',
              properties: { answer: { type: 'string' } },
              required: ['answer'],
            },
          }),
        },
      });
    },
  );
  server.registerTool(
    'progress',
    { description: 'tells of progress', inputSchema: fromJsonSchema({ type: 'object' }) },
    async (_, { mcpReq }) => {
      const progressToken = mcpReq._meta?.progressToken ?? 0;
      for (const progress of [1, 2])
        await mcpReq.notify({
          method: 'notifications/progress',
          params: { progressToken, progress, total: 2 },
        });
      return { content: [{ type: 'text', text: 'done' }] };
    },
  );
  server.registerTool(
    'wait',
    { description: 'never answers', inputSchema: fromJsonSchema({ type: 'object' }) },
    (_, { mcpReq }) =>
      new Promise((_resolve, reject) => {
        mcpReq.signal.addEventListener('abort', () => {
          aborted.push('wait');
          reject(new Error('aborted'));
        });
        onWaiting();
      }),
  );
  server.registerTool('forbidden', { inputSchema: fromJsonSchema({ type: 'object' }) }, () => ({
    content: [{ type: 'text', text: 'must not be called' }],
  }));
  return server;
}

/** Says that clients repeat an argument in a header. */
function inHeader(name: string): object {
  return { 'x-mcp-header': name };
}
