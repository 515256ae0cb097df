// A server of protocol 2026-07-28 on standard input and output.
import { acceptedContent, fromJsonSchema, inputRequired, McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

const ANSWER = { type: 'object', properties: { answer: { type: 'string' } }, required: ['answer'] };

serveStdio(() => {
  const server = new McpServer({ name: 'modern', version: '1' }, { capabilities: { tools: {} } });
  const inputSchema = fromJsonSchema({ type: 'object', properties: { env: { type: 'string' } } });
  server.registerTool('deploy', { description: 'says where', inputSchema }, ({ env }) => ({
    content: [{ type: 'text', text: `deployed to ${env}` }],
  }));
  server.registerTool('ask', { description: 'asks back', inputSchema }, ({ env }, { mcpReq }) => {
    const given = acceptedContent(mcpReq.inputResponses, 'question', fromJsonSchema(ANSWER));
    if (given !== undefined) return { content: [{ type: 'text', text: `${env}: ${given.answer}` }] };
    const question = inputRequired.elicit({ message: 'What?', requestedSchema: ANSWER });
    return inputRequired({ inputRequests: { question } });
  });
  return server;
});
