import type { LineEvent } from '@agentpolicy/message';
import {
  type Endpoint,
  type EndpointRequest,
  FULL,
  type Problem,
  UNKNOWN_SESSION,
  UNREACHED,
} from './endpoint.ts';
import type { RefuseRequest, SessionFacts } from './enforcement.ts';
import type { Exchange } from './session/exchange.ts';
import { HttpSession, type SessionParts, type Upstream } from './session/http-session.ts';
import { ServerPool } from './session/server-pool.ts';
import { type Entry, Sessions } from './session/sessions.ts';
import { isStateless } from './wire/era.ts';
import { identify, SESSION_HEADER } from './wire/headers.ts';
import { ParamHeaders } from './wire/param-headers.ts';
import { readRequest } from './wire/read-request.ts';

/** A server of one session's own. */
export interface OwnServer extends Upstream {
  /** Resolves once the server takes more. */
  ready(): Promise<void>;
  /** Ends it, in bounded time. */
  end(): Promise<void>;
  /** Ends it at once. */
  kill(): void;
}

/** Starts the server that the session will have; what it says goes to the session. */
export type StartServer = (
  headers: Headers,
) => Promise<(session: HttpSession, onExit: () => void) => OwnServer>;

export interface LocalEndpointOptions {
  readonly start: StartServer;
  readonly createParts: (facts?: SessionFacts) => SessionParts;
  readonly createSessionId: () => string;
  /** Told of requests that are refused before they are judged. */
  readonly refuse: RefuseRequest;
  /** Told why a server could not be started. */
  readonly onFailure: (cause: unknown) => void;
  readonly maxBytes: number;
  readonly maxDepth?: number;
}

/** As many servers may be about to end before no session begins. */
const MOST_ENDING = 50;

/** Gives each session a server of its own: a process, or a stream of a server that has no sessions. */
export class LocalEndpoint implements Endpoint {
  private readonly options: LocalEndpointOptions;
  private readonly sessions = new Sessions<OwnServer>(({ link }) => this.end(link));
  private readonly pool = new ServerPool();
  /** Servers whose session is over, and that may take their time. */
  private readonly ending = new Set<OwnServer>();
  /** Nothing is known of arguments in headers: these servers are not told any. */
  private readonly params = new ParamHeaders();

  constructor(options: LocalEndpointOptions) {
    this.options = options;
  }

  async post(
    request: EndpointRequest & { readonly body: Uint8Array },
    exchange: Exchange,
  ): Promise<Problem | null> {
    const read = readRequest(request, this.options, this.params);
    if (!read.ok) return this.options.refuse(read);
    const { message, line } = read;
    if (isStateless(request.headers, message)) return await this.serveAlone(request, line, exchange);
    const isFirst = message.kind === 'request' && message.normalizedMethod === 'initialize';
    if (request.sessionId === null && !isFirst)
      return {
        status: 400,
        reason: 'a session begins with `initialize`; the Mcp-Session-Id header is missing',
      };
    const entry =
      request.sessionId === null ? await this.begin(request, exchange) : this.sessions.get(request.sessionId);
    if (entry === undefined) return UNKNOWN_SESSION;
    if ('status' in entry) return entry;
    return await carry(entry, line, exchange);
  }

  async get(request: EndpointRequest, exchange: Exchange): Promise<Problem | null> {
    const entry = request.sessionId === null ? undefined : this.sessions.get(request.sessionId);
    if (entry === undefined) return UNKNOWN_SESSION;
    if (request.headers.has('last-event-id'))
      return { status: 405, reason: 'streams of this server can not be resumed' };
    exchange.startStream();
    entry.session.endStanding();
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
    await Promise.all(this.links().map((link) => link.end()));
  }

  /** The proxy itself ends, whatever the cause: nothing of what it started may live on. */
  kill(): void {
    for (const link of this.links()) link.kill();
  }

  private links(): readonly OwnServer[] {
    return [...[...this.sessions.all(), ...this.pool.all()].map(({ link }) => link), ...this.ending];
  }

  private end(link: OwnServer): void {
    this.ending.add(link);
    void link.end().finally(() => this.ending.delete(link));
  }

  private async begin(request: EndpointRequest, exchange: Exchange): Promise<Entry<OwnServer> | Problem> {
    const id = this.options.createSessionId();
    // What has begun to start counts: many requests at once would start as many servers.
    if (this.ending.size >= MOST_ENDING || !this.sessions.reserve()) return FULL;
    const entry = await this.start(request.headers, {}, () => this.sessions.drop(id)).finally(() =>
      this.sessions.release(),
    );
    if ('status' in entry || entry.session.hasEnded) return entry;
    if (!this.sessions.add(id, entry)) {
      this.end(entry.link);
      return FULL;
    }
    exchange.headers.set(SESSION_HEADER, id);
    return entry;
  }

  /** A request that stands alone has a server to itself until it is answered. */
  private async serveAlone(
    { headers }: EndpointRequest,
    line: LineEvent,
    exchange: Exchange,
  ): Promise<Problem | null> {
    const identity = identify(headers);
    const entry = await this.pool.take(identity, () => {
      const made: { entry?: Entry<OwnServer> } = {};
      const onExit = (): void => {
        if (made.entry !== undefined) this.pool.forget(made.entry);
      };
      return this.start(headers, { identity, cancelsByLeaving: true }, onExit).then((started) => {
        if (!('status' in started)) made.entry = started;
        return started;
      });
    });
    if ('status' in entry) return entry;
    exchange.gone.addEventListener('abort', () => this.pool.release(identity, entry), { once: true });
    exchange.becomesStream = exchange.acceptsStream;
    return await carry(entry, line, exchange);
  }

  private async start(
    headers: Headers,
    facts: SessionFacts,
    onExit: () => void,
  ): Promise<Entry<OwnServer> | Problem> {
    const { start, createParts, onFailure } = this.options;
    try {
      const connect = await start(headers);
      const session = new HttpSession(createParts(facts), (each) => connect(each, onExit));
      return { session, link: session.link };
    } catch (cause) {
      onFailure(cause);
      return UNREACHED;
    }
  }
}

async function carry(
  { session, link }: Entry<OwnServer>,
  line: LineEvent,
  exchange: Exchange,
): Promise<null> {
  await link.ready();
  session.receiveClient(line, exchange);
  if (exchange.isOpen && exchange.acceptsStream && !exchange.becomesStream) exchange.startStream();
  await exchange.response;
  return null;
}
