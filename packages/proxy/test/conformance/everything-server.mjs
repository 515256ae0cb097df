/**
 * A server that offers what the public conformance suite asks servers for. Listens at the port of 127.0.0.1 that its
 * argument names (0: any) and says on standard output which one it is.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  CallToolRequestSchema,
  CompleteRequestSchema,
  CreateMessageResultSchema,
  ElicitResultSchema,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  ReadResourceRequestSchema,
  SetLevelRequestSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';

/** One red pixel. */
const IMAGE =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
/** A sound of no length: a WAV header alone. */
const AUDIO = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=';

const text = (value) => ({ type: 'text', text: value });
const image = { type: 'image', data: IMAGE, mimeType: 'image/png' };
const resource = (uri) => ({ type: 'resource', resource: { uri, mimeType: 'text/plain', text: 'embedded' } });
const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
const options = (...names) => names.map((name) => ({ const: name, title: `Title of ${name}` }));

const DEFAULTS = {
  name: { type: 'string', default: 'John Doe' },
  age: { type: 'integer', default: 30 },
  score: { type: 'number', default: 95.5 },
  status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
  verified: { type: 'boolean', default: true },
};

const ENUMS = {
  untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
  titledSingle: { type: 'string', oneOf: options('value1', 'value2', 'value3') },
  legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['One', 'Two', 'Three'] },
  untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
  titledMulti: { type: 'array', items: { anyOf: options('value1', 'value2', 'value3') } },
};

const ANY = { type: 'object', properties: {} };

async function elicit(call, message, properties) {
  const params = { mode: 'form', message, requestedSchema: { type: 'object', properties, required: [] } };
  const answer = await call.sendRequest({ method: 'elicitation/create', params }, ElicitResultSchema);
  return [text(`action=${answer.action}, content=${JSON.stringify(answer.content ?? {})}`)];
}

/** What each tool answers. */
const TOOLS = {
  test_simple_text: () => [text('This is a simple text response for testing.')],
  test_image_content: () => [image],
  test_audio_content: () => [{ type: 'audio', data: AUDIO, mimeType: 'audio/wav' }],
  test_embedded_resource: () => [resource('test://embedded-resource')],
  test_multiple_content_types: () => [text('several'), image, resource('test://mixed-content-resource')],
  test_error_handling: () => {
    throw new Error('this tool always fails');
  },
  async test_tool_with_logging(_args, call) {
    for (const data of ['started', 'processing', 'completed']) {
      await call.sendNotification({ method: 'notifications/message', params: { level: 'info', data } });
      await pause();
    }
    return [text('logged')];
  },
  async test_tool_with_progress(_args, call) {
    const progressToken = call._meta?.progressToken ?? 0;
    for (const progress of [0, 50, 100]) {
      const params = { progressToken, progress, total: 100, message: `Completed step ${progress} of 100` };
      await call.sendNotification({ method: 'notifications/progress', params });
      await pause();
    }
    return [text(String(progressToken))];
  },
  async test_sampling({ prompt }, call) {
    const messages = [{ role: 'user', content: text(prompt) }];
    const request = { method: 'sampling/createMessage', params: { messages, maxTokens: 100 } };
    const { content } = await call.sendRequest(request, CreateMessageResultSchema);
    return [text(`LLM response: ${content.text}`)];
  },
  test_elicitation: ({ message }, call) => elicit(call, message, { response: { type: 'string' } }),
  test_elicitation_sep1034_defaults: (_args, call) => elicit(call, 'Please review', DEFAULTS),
  test_elicitation_sep1330_enums: (_args, call) => elicit(call, 'Please select', ENUMS),
  async test_reconnection(_args, call) {
    call.closeSSEStream?.();
    await pause();
    return [text('reconnected')];
  },
  json_schema_2020_12_tool: (args) => [text(JSON.stringify(args))],
};

const SCHEMAS = {
  test_sampling: { type: 'object', properties: { prompt: { type: 'string' } }, required: ['prompt'] },
  test_elicitation: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
  json_schema_2020_12_tool: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    $defs: {
      address: { type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } },
    },
    properties: { name: { type: 'string' }, address: { $ref: '#/$defs/address' } },
    additionalProperties: false,
  },
};

const user = (content) => ({ role: 'user', content });
const PROMPTS = {
  test_simple_prompt: { args: [], get: () => [user(text('This is a simple prompt for testing.'))] },
  test_prompt_with_arguments: {
    args: ['arg1', 'arg2'],
    get: ({ arg1, arg2 }) => [user(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`))],
  },
  test_prompt_with_embedded_resource: {
    args: ['resourceUri'],
    get: ({ resourceUri }) => [user(resource(resourceUri)), user(text('Please process it.'))],
  },
  test_prompt_with_image: { args: [], get: () => [user(image), user(text('Please analyze it.'))] },
};

const RESOURCES = {
  'test://static-text': { mimeType: 'text/plain', text: 'This is the content of the static text resource.' },
  'test://static-binary': { mimeType: 'image/png', blob: IMAGE },
  'test://watched-resource': { mimeType: 'text/plain', text: 'Watched resource content' },
};

function readResource(uri) {
  const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
  if (id !== undefined)
    return { mimeType: 'application/json', text: JSON.stringify({ id, data: `Data for ${id}` }) };
  if (!Object.hasOwn(RESOURCES, uri)) throw new Error('no such resource');
  return RESOURCES[uri];
}

function createEverything() {
  const capabilities = {
    tools: { listChanged: true },
    resources: { subscribe: true, listChanged: true },
    prompts: { listChanged: true },
    logging: {},
    completions: {},
  };
  const server = new Server({ name: 'conformance-test-server', version: '1.0.0' }, { capabilities });
  const listed = Object.keys(TOOLS).map((name) => ({
    name,
    description: `The tool ${name}`,
    inputSchema: SCHEMAS[name] ?? ANY,
  }));
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: listed }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, call) => {
    try {
      return { content: await TOOLS[params.name](params.arguments ?? {}, call) };
    } catch (error) {
      return { isError: true, content: [text(error.message)] };
    }
  });
  server.setRequestHandler(ListPromptsRequestSchema, () => ({
    prompts: Object.entries(PROMPTS).map(([name, { args }]) => ({
      name,
      description: `The prompt ${name}`,
      arguments: args.map((argument) => ({ name: argument, description: argument, required: true })),
    })),
  }));
  server.setRequestHandler(GetPromptRequestSchema, ({ params }) => ({
    messages: PROMPTS[params.name].get(params.arguments ?? {}),
  }));
  server.setRequestHandler(ListResourcesRequestSchema, () => ({
    resources: Object.entries(RESOURCES).map(([uri, { mimeType }]) => ({
      uri,
      name: uri,
      description: uri,
      mimeType,
    })),
  }));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({
    resourceTemplates: [{ uriTemplate: 'test://template/{id}/data', name: 'template' }],
  }));
  server.setRequestHandler(ReadResourceRequestSchema, ({ params }) => ({
    contents: [{ uri: params.uri, ...readResource(params.uri) }],
  }));
  for (const schema of [SubscribeRequestSchema, UnsubscribeRequestSchema, SetLevelRequestSchema])
    server.setRequestHandler(schema, () => ({}));
  server.setRequestHandler(CompleteRequestSchema, () => ({
    completion: { values: [], total: 0, hasMore: false },
  }));
  return server;
}

/** Keeps what streams said, so that one that broke off can be gone on with. */
class Events {
  events = [];

  async storeEvent(streamId, message) {
    this.events.push({ streamId, message });
    return String(this.events.length);
  }

  async getStreamIdForEventId(eventId) {
    return this.events[Number(eventId) - 1]?.streamId;
  }

  async replayEventsAfter(eventId, { send }) {
    const { streamId } = this.events[Number(eventId) - 1];
    for (const [index, event] of this.events.entries())
      if (index >= Number(eventId) && event.streamId === streamId && event.message.jsonrpc !== undefined)
        await send(String(index + 1), event.message);
    return streamId;
  }
}

const transports = new Map();

async function findTransport(sessionId, hosts) {
  if (sessionId !== undefined) return transports.get(sessionId);
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    eventStore: new Events(),
    retryInterval: 500,
    enableDnsRebindingProtection: true,
    allowedHosts: hosts,
    onsessioninitialized: (id) => void transports.set(id, transport),
    onsessionclosed: (id) => void transports.delete(id),
  });
  await createEverything().connect(transport);
  return transport;
}

const server = createServer(async (request, response) => {
  const { port } = server.address();
  const hosts = ['127.0.0.1', 'localhost'].map((host) => `${host}:${port}`);
  const transport = await findTransport(request.headers['mcp-session-id'], hosts);
  if (transport === undefined) response.writeHead(404).end();
  else await transport.handleRequest(request, response);
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  process.stdout.write(`${server.address().port}\n`);
});
