import { readLineMessage } from '@agentpolicy/message';
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
import { type RemoteOptions, RemoteUpstream } from './session/remote-upstream.ts';
import { type Entry, Sessions } from './session/sessions.ts';
import { findHeaderProblem, passedHeaders } from './wire/headers.ts';
import { readLineEvent } from './wire/read-line-event.ts';

export interface RemoteEndpointOptions extends RemoteOptions {
  /** Headers that the operator adds, by their names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly createParts: () => SessionParts;
  readonly maxDepth?: number;
}

/** Passes sessions of a remote server on: their ids are the server's own. */
export class RemoteEndpoint implements Endpoint {
  private readonly options: RemoteEndpointOptions;
  private readonly sessions = new Sessions<RemoteUpstream>(({ session }) =>
    session.end('The session has ended'),
  );

  constructor(options: RemoteEndpointOptions) {
    this.options = options;
  }

  async post(
    request: EndpointRequest & { readonly body: Uint8Array },
    exchange: Exchange,
  ): Promise<Problem | null> {
    const { maxBytes, maxDepth } = this.options;
    const line = readLineEvent(request.body, maxBytes);
    if (line === null) return NO_MESSAGE;
    const limits = maxDepth === undefined ? {} : { maxDepth };
    const problem = findHeaderProblem(request.headers, readLineMessage(line, 'client', limits));
    if (problem !== null) return { status: 400, reason: problem };
    const entry = request.sessionId === null ? this.create() : this.sessions.get(request.sessionId);
    if (entry === undefined) return UNKNOWN_SESSION;
    entry.link.take(exchange, this.passed(request));
    entry.session.receiveClient(line, exchange);
    const response = await exchange.response;
    return request.sessionId === null ? this.register(entry) : this.forgetIfGone(request.sessionId, response);
  }

  async get(request: EndpointRequest, exchange: Exchange): Promise<Problem | null> {
    const entry = request.sessionId === null ? this.create() : this.sessions.get(request.sessionId);
    if (entry === undefined) return UNKNOWN_SESSION;
    entry.link.take(exchange, this.passed(request));
    if (!request.headers.has('last-event-id')) entry.session.stand(exchange);
    void entry.link.listen(exchange);
    await exchange.response;
    return null;
  }

  async delete(request: EndpointRequest, exchange: Exchange): Promise<Problem | null> {
    if (request.sessionId === null) return { status: 400, reason: 'the Mcp-Session-Id header is missing' };
    const entry = this.sessions.get(request.sessionId);
    if (entry === undefined) return UNKNOWN_SESSION;
    entry.link.take(exchange, this.passed(request));
    if (await entry.link.delete(exchange)) this.sessions.drop(request.sessionId);
    return null;
  }

  async close(): Promise<void> {
    for (const { session } of this.sessions.all()) session.end('The proxy ends');
  }

  private passed({ headers }: EndpointRequest): Headers {
    return passedHeaders(headers, this.options.headers);
  }

  private create(): Entry<RemoteUpstream> {
    const made: { link?: RemoteUpstream } = {};
    const session = new HttpSession(this.options.createParts(), (each) => {
      made.link = new RemoteUpstream(each, this.options);
      return made.link;
    });
    return { session, link: made.link ?? new RemoteUpstream(session, this.options) };
  }

  /** A server that gave no id has no sessions: each request stands alone. */
  private register(entry: Entry<RemoteUpstream>): Problem | null {
    const id = entry.link.sessionId;
    if (id === null || this.sessions.get(id) !== undefined || this.sessions.add(id, entry)) return null;
    return FULL;
  }

  private forgetIfGone(id: string, response: Response): null {
    if (response.status === 404) this.sessions.drop(id);
    return null;
  }
}
