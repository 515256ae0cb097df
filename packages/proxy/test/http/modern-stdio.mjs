/** A server of protocol 2026-07-28 alone, over standard input and output. Each process says its own number. */
import { appendFileSync } from 'node:fs';
import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

const [log] = process.argv.slice(2);

serveStdio(
  () => {
    const server = new McpServer({ name: 'modern-stdio', version: '1' });
    const any = fromJsonSchema({ type: 'object' });
    server.registerTool('who', { inputSchema: any }, () => ({
      content: [{ type: 'text', text: String(process.pid) }],
    }));
    server.registerTool('wait', { inputSchema: any }, (_, { mcpReq }) => {
      appendFileSync(log, 'waiting\n');
      mcpReq.signal.addEventListener('abort', () => appendFileSync(log, 'aborted\n'));
      return new Promise(() => undefined);
    });
    return server;
  },
  { legacy: 'reject' },
);
