import { readLineMessage } from '@agentpolicy/message';
import type { ServerProcess } from '../stdio/server-process.ts';
import {
  type Endpoint,
  type EndpointRequest,
  FULL,
  NO_MESSAGE,
  type Problem,
  UNKNOWN_SESSION,
} from './endpoint.ts';
import type { Exchange } from './session/exchange.ts';
import { HttpSession, type SessionParts } from './session/http-session.ts';
import { type LocalOptions, LocalUpstream } from './session/local-upstream.ts';
import { type Entry, Sessions } from './session/sessions.ts';
import { findHeaderProblem, SESSION_HEADER } from './wire/headers.ts';
import { readLineEvent } from './wire/read-line-event.ts';

export interface LocalEndpointOptions extends Omit<LocalOptions, 'server' | 'onExit'> {
  readonly start: () => Promise<ServerProcess>;
  readonly createParts: () => SessionParts;
  readonly createSessionId: () => string;
  readonly maxDepth?: number;
}

/** Gives each session a server process of its own. */
export class LocalEndpoint implements Endpoint {
  private readonly options: LocalEndpointOptions;
  private readonly sessions = new Sessions<LocalUpstream>(({ link }) => void link.end());

  constructor(options: LocalEndpointOptions) {
    this.options = options;
  }

  async post(
    request: EndpointRequest & { readonly body: Uint8Array },
    exchange: Exchange,
  ): Promise<Problem | null> {
    const { maxBytes, maxDepth } = this.options;
    const line = readLineEvent(request.body, maxBytes);
    if (line === null) return NO_MESSAGE;
    const message = readLineMessage(line, 'client', maxDepth === undefined ? {} : { maxDepth });
    const problem = findHeaderProblem(request.headers, message);
    if (problem !== null) return { status: 400, reason: problem };
    const isFirst = message.kind === 'request' && message.normalizedMethod === 'initialize';
    if (request.sessionId === null && !isFirst)
      return {
        status: 400,
        reason: 'a session begins with `initialize`; the Mcp-Session-Id header is missing',
      };
    const entry =
      request.sessionId === null ? await this.begin(exchange) : this.sessions.get(request.sessionId);
    if (entry === null) return FULL;
    if (entry === undefined) return UNKNOWN_SESSION;
    await entry.link.ready();
    entry.session.receiveClient(line, exchange);
    const accepts = request.headers.get('accept') ?? '';
    if (exchange.isOpen && accepts.includes('text/event-stream')) exchange.startStream();
    await exchange.response;
    return null;
  }

  async get(request: EndpointRequest, exchange: Exchange): Promise<Problem | null> {
    const entry = request.sessionId === null ? undefined : this.sessions.get(request.sessionId);
    if (entry === undefined) return UNKNOWN_SESSION;
    if (request.headers.has('last-event-id'))
      return { status: 405, reason: 'streams of this server can not be resumed' };
    exchange.startStream();
    entry.session.stand(exchange);
    return null;
  }

  async delete(request: EndpointRequest, exchange: Exchange): Promise<Problem | null> {
    if (request.sessionId === null || this.sessions.get(request.sessionId) === undefined)
      return UNKNOWN_SESSION;
    this.sessions.drop(request.sessionId);
    exchange.finish();
    return null;
  }

  async close(): Promise<void> {
    await Promise.all(this.sessions.all().map(({ link }) => link.end()));
  }

  private async begin(exchange: Exchange): Promise<Entry<LocalUpstream> | null> {
    const { start, createParts, createSessionId } = this.options;
    const id = createSessionId();
    const server = await start();
    const made: { link?: LocalUpstream } = {};
    const options = { ...this.options, server, onExit: () => this.sessions.drop(id) };
    const session = new HttpSession(createParts(), (each) => {
      made.link = new LocalUpstream(each, options);
      return made.link;
    });
    const entry = { session, link: made.link ?? new LocalUpstream(session, options) };
    if (!this.sessions.add(id, entry)) {
      void entry.link.end();
      return null;
    }
    exchange.headers.set(SESSION_HEADER, id);
    return entry;
  }
}
