import { type Endpoint, type EndpointRequest, FULL, type Problem, UNKNOWN_SESSION } from './endpoint.ts';
import type { RefuseRequest, SessionFacts } from './enforcement.ts';
import type { Exchange } from './session/exchange.ts';
import { HttpSession, type SessionParts } from './session/http-session.ts';
import { type RemoteOptions, RemoteUpstream } from './session/remote-upstream.ts';
import { type Entry, Sessions } from './session/sessions.ts';
import { isStateless } from './wire/era.ts';
import { identify, passedHeaders, SESSION_HEADER } from './wire/headers.ts';
import { readRequest } from './wire/read-request.ts';
import { spellCall } from './wire/spell-call.ts';

export interface RemoteEndpointOptions extends RemoteOptions {
  /** Headers that the operator adds, by their names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly createParts: (facts?: SessionFacts) => SessionParts;
  /** Told of requests that are refused before they are judged. */
  readonly refuse: RefuseRequest;
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
    const { params } = this.options;
    const written = readRequest(request, this.options, params);
    if (!written.ok) return this.options.refuse(written);
    // Without sessions, an id of one has no meaning: it must not lead to somebody's session.
    const stateless = isStateless(request.headers, written.message);
    const read = stateless ? spellCall(written, params.names) : written;
    if (!read.ok) return this.options.refuse(read);
    const sessionId = stateless ? null : request.sessionId;
    const facts = stateless ? { identity: identify(request.headers) } : {};
    const entry = sessionId === null ? this.create(facts) : this.sessions.get(sessionId);
    if (entry === undefined) return UNKNOWN_SESSION;
    const headers = this.passed(request);
    if (stateless) headers.delete(SESSION_HEADER);
    entry.link.take(exchange, headers);
    if (sessionId === null) this.endWith(exchange, entry, stateless);
    entry.session.receiveClient(read.line, exchange);
    const response = await exchange.response;
    return sessionId === null ? this.register(entry, stateless) : this.forgetIfGone(sessionId, response);
  }

  async get(request: EndpointRequest, exchange: Exchange): Promise<Problem | null> {
    const entry = request.sessionId === null ? this.create() : this.sessions.get(request.sessionId);
    if (entry === undefined) return UNKNOWN_SESSION;
    entry.link.take(exchange, this.passed(request));
    if (request.sessionId === null) this.endWith(exchange, entry, false);
    void entry.link.listen(exchange);
    await exchange.response;
    // The server may refuse a second stream: then the first one stays.
    if (exchange.isOpen && exchange.isStream && !request.headers.has('last-event-id'))
      entry.session.stand(exchange);
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

  kill(): void {
    // Nothing of it runs on this machine.
  }

  private passed({ headers }: EndpointRequest): Headers {
    return passedHeaders(headers, this.options.headers);
  }

  private create(facts: SessionFacts = {}): Entry<RemoteUpstream> {
    const parts = this.options.createParts(facts);
    const session = new HttpSession(parts, (each) => new RemoteUpstream(each, this.options));
    return { session, link: session.link };
  }

  /** What turns out to be no session is over with its one request. */
  private endWith(exchange: Exchange, { session, link }: Entry<RemoteUpstream>, stateless: boolean): void {
    const end = (): void => {
      if (stateless || link.sessionId === null) session.retire();
    };
    exchange.gone.addEventListener('abort', end, { once: true });
  }

  /** A server that gave no id has no sessions: each request stands alone. */
  private register(entry: Entry<RemoteUpstream>, stateless: boolean): Problem | null {
    const id = stateless ? null : entry.link.sessionId;
    if (id === null || this.sessions.get(id) !== undefined || this.sessions.add(id, entry)) return null;
    entry.session.retire();
    return FULL;
  }

  private forgetIfGone(id: string, response: Response): null {
    if (response.status === 404) this.sessions.drop(id);
    return null;
  }
}
