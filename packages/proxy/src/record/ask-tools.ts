import { getMember, type JsonNode, type JsonObject, quoteJson } from '@agentpolicy/core';
import {
  createLineReader,
  type ListedTool,
  type ResponseMessage,
  readLineMessage,
  readToolPage,
} from '@agentpolicy/message';
import { ProxyError } from '../errors/proxy-error.ts';
import { DEFAULT_END_TIMES, endServer, waitFor } from '../stdio/end-server.ts';
import { DEFAULT_MAX_LINE_BYTES } from '../stdio/run-with-engine.ts';
import { type ServerCommand, type ServerProcess, startServer } from '../stdio/server-process.ts';
import { type SignalSource, watchSignals } from '../stdio/signals.ts';

export interface AskToolsOptions extends ServerCommand {
  /** How the client names itself. */
  readonly client: { readonly name: string; readonly version: string };
  readonly signals: SignalSource;
  /** How long the server may take for all of it, in milliseconds. */
  readonly timeout: number;
}

/** What a server says of itself. */
export interface ServerTools {
  /** Its name and version; empty where it tells none. */
  readonly server: string;
  readonly tools: readonly ListedTool[];
  /** Entries of its list that are no acceptable definitions. */
  readonly unreadable: number;
}

const PROTOCOL_VERSION = '2025-11-25';
const MAX_PAGES = 1000;
const KEPT_STDERR = 2000;

/**
 * Starts a server, asks it for its tools as a client would, and ends it.
 * @throws ProxyError `spawn-failed`, or `no-answer` where the server does not answer in time or as MCP demands.
 */
export async function askForTools(options: AskToolsOptions): Promise<ServerTools> {
  let server: ServerProcess | null = null;
  const interruption = watchSignals(options.signals, () => {
    server?.signalGroup('SIGKILL');
  });
  try {
    server = await startServer(options);
    const talk = new Talk(server);
    const cut = interruption.begun;
    const found = await waitFor(Promise.race([ask(talk, options), talk.ended]), options.timeout, cut);
    if (found !== null) return found;
    throw new ProxyError(
      'no-answer',
      cut.aborted
        ? 'interrupted'
        : `the server did not answer within ${options.timeout / 1000} s${talk.lastWords()}`,
    );
  } finally {
    if (server !== null)
      await endServer(server, { hasPending: () => false, times: DEFAULT_END_TIMES, interruption });
    interruption.stop();
  }
}

async function ask(talk: Talk, { client }: AskToolsOptions): Promise<ServerTools> {
  const info = `{"name":${quoteJson(client.name)},"version":${quoteJson(client.version)}}`;
  const hello = await talk.request(
    'initialize',
    `{"protocolVersion":"${PROTOCOL_VERSION}","capabilities":{},"clientInfo":${info}}`,
  );
  talk.send('{"jsonrpc":"2.0","method":"notifications/initialized"}');
  const tools: ListedTool[] = [];
  let unreadable = 0;
  let cursor: JsonNode | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const result = await talk.request(
      'tools/list',
      cursor?.kind === 'string' ? `{"cursor":${quoteJson(cursor.value)}}` : '{}',
    );
    const listed = readToolPage(result);
    if (listed === undefined)
      throw new ProxyError('no-answer', 'the server’s answer to tools/list lists no tools');
    tools.push(...listed.tools);
    unreadable += listed.unreadable.length;
    if (!listed.hasMore) return { server: describeServer(hello), tools, unreadable };
    cursor = result.kind === 'object' ? getMember(result, 'nextCursor') : undefined;
    if (cursor?.kind !== 'string')
      throw new ProxyError('no-answer', 'the server’s nextCursor is not a string');
  }
  throw new ProxyError('no-answer', `the server’s list of tools has more than ${MAX_PAGES} pages`);
}

function describeServer(hello: JsonNode): string {
  const info = hello.kind === 'object' ? getMember(hello, 'serverInfo') : undefined;
  if (info?.kind !== 'object') return '';
  return ['name', 'version']
    .flatMap((key) => {
      const member = getMember(info, key);
      return member?.kind === 'string' ? [member.value] : [];
    })
    .join(' ');
}

/** Requests and answers over a server's streams, one after the other. */
class Talk {
  /** Rejects when the server is gone, or can't be understood. */
  readonly ended: Promise<never>;
  private readonly server: ServerProcess;
  private readonly waiting = new Map<string, (message: ResponseMessage) => void>();
  private fail: (reason: string) => void = () => undefined;
  private stderr = '';
  private id = 0;

  constructor(server: ServerProcess) {
    this.server = server;
    const lines = createLineReader({ maxBytes: DEFAULT_MAX_LINE_BYTES });
    server.stdout.on('data', (chunk: Uint8Array) => {
      for (const line of lines.push(chunk)) this.take(readLineMessage(line, 'server'));
    });
    server.stderr.on('data', (chunk: Uint8Array) => {
      this.stderr = (this.stderr + Buffer.from(chunk).toString('utf8')).slice(-KEPT_STDERR);
    });
    // A server that is gone can't be written to: its exit tells.
    server.stdin.on('error', () => undefined);
    this.ended = new Promise((_, reject) => {
      this.fail = (reason) => reject(new ProxyError('no-answer', reason));
    });
    this.ended.catch(() => undefined);
    void server.exited.then(({ status }) =>
      this.fail(`the server exited with status ${status}${this.lastWords()}`),
    );
  }

  /** What the server said on standard error, for a message about its failure. */
  lastWords(): string {
    const words = this.stderr.trim();
    return words === '' ? '' : `; it said: ${words}`;
  }

  send(line: string): void {
    if (this.server.stdin.writable) this.server.stdin.write(`${line}\n`);
  }

  async request(method: string, params: string): Promise<JsonNode> {
    const id = this.id++;
    const answered = new Promise<ResponseMessage>((resolve) => this.waiting.set(`${id}`, resolve));
    this.send(`{"jsonrpc":"2.0","id":${id},"method":"${method}","params":${params}}`);
    const { outcome } = await answered;
    if (outcome.kind === 'result') return outcome.value;
    throw new ProxyError('no-answer', `the server refuses ${method}: ${describeError(outcome.value)}`);
  }

  private take(message: ReturnType<typeof readLineMessage>): void {
    if (message.kind === 'response' && message.id !== null) {
      this.waiting.get(message.id.text)?.(message);
      this.waiting.delete(message.id.text);
    } else if (message.kind === 'request') {
      const answer =
        message.normalizedMethod === 'ping'
          ? '"result":{}'
          : '"error":{"code":-32601,"message":"Method not found"}';
      this.send(`{"jsonrpc":"2.0","id":${message.id.text},${answer}}`);
    } else if (message.kind === 'invalid' && message.id !== null) {
      this.fail(`the server's answer is not acceptable: ${message.reason}`);
    }
  }
}

function describeError(error: JsonObject): string {
  const message = getMember(error, 'message');
  return message?.kind === 'string' ? message.value : 'without a reason';
}
