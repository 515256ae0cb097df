import { setTimeout as sleep } from 'node:timers/promises';
import { ProxyError } from '../../errors/proxy-error.ts';
import type { OwnServer, StartServer } from '../local-endpoint.ts';
import { passedHeaders, SESSION_HEADER } from '../wire/headers.ts';
import { readLineEvent } from '../wire/read-line-event.ts';
import { type SseEvent, SseReader } from '../wire/read-sse.ts';
import type { SendRequest } from '../wire/send-request.ts';
import type { HttpSession } from './http-session.ts';

export interface LegacyOptions {
  /** Where the stream is opened. */
  readonly url: URL;
  /** Headers that the operator adds, by their names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly maxBytes: number;
  readonly send: SendRequest;
  /** Milliseconds that the server has to say where messages go. */
  readonly patience?: number;
}

const PATIENCE = 10_000;
/** What is sent next waits so long, in milliseconds, for the server to take what came before it. */
const TAKE_TIMEOUT = 1000;

/** What the server said first, and what is left of its stream. */
interface OpenStream {
  readonly endpoint: URL;
  readonly events: AsyncIterator<SseEvent>;
  readonly closing: AbortController;
}

/**
 * A server of the transport that came before Streamable HTTP (HTTP with SSE, protocol 2024-11-05): one stream on
 * which it says everything, first of all where messages are to be sent. Each session opens a stream of its own.
 */
export function connectLegacy(options: LegacyOptions): StartServer {
  return async (from) => {
    const headers = passedHeaders(from, options.headers);
    headers.delete(SESSION_HEADER);
    headers.set('accept-encoding', 'identity');
    const stream = await openStream(options, headers);
    return (session, onExit) => new LegacyUpstream(session, options, headers, stream, onExit);
  };
}

class LegacyUpstream implements OwnServer {
  private readonly session: HttpSession;
  private readonly options: LegacyOptions;
  private readonly headers: Headers;
  private readonly stream: OpenStream;
  /** Messages reach the server one after the other. */
  private order: Promise<void> = Promise.resolve();

  constructor(
    session: HttpSession,
    options: LegacyOptions,
    headers: Headers,
    stream: OpenStream,
    onExit: () => void,
  ) {
    this.session = session;
    this.options = options;
    this.headers = headers;
    this.stream = stream;
    void this.read().then(() => {
      this.stream.closing.abort();
      this.session.end('The server ended its stream');
      onExit();
    });
  }

  send(text: string): void {
    this.order = this.order.then(async () => {
      const taken = this.post(text).then((reason) => {
        if (reason !== null) this.session.failRequests(text, reason, null);
      });
      // Some servers take a message only when they are done with it, and may need another one for that.
      await Promise.race([taken, sleep(TAKE_TIMEOUT, undefined, { ref: false })]);
    });
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  async end(): Promise<void> {
    this.stream.closing.abort();
  }

  kill(): void {
    this.stream.closing.abort();
  }

  /** Gives why the server did not take the message. */
  private async post(body: string): Promise<string | null> {
    const headers = new Headers(this.headers);
    headers.set('content-type', 'application/json');
    const { endpoint, closing } = this.stream;
    try {
      const { signal } = closing;
      const response = await this.options.send(endpoint, { method: 'POST', headers, body, signal });
      await response.body?.cancel();
      return response.ok ? null : `The server answered with status ${response.status}`;
    } catch {
      return 'The server can not be reached';
    }
  }

  private async read(): Promise<void> {
    const { events } = this.stream;
    try {
      for (;;) {
        const { done, value } = await events.next();
        if (done === true) return;
        // Where messages go was said once: it does not change.
        if (value.event !== 'message' || value.data === '') continue;
        const line = readLineEvent(Buffer.from(value.data), this.options.maxBytes);
        if (line !== null) this.session.receiveServer(line, null);
        await this.session.ready();
      }
    } catch {
      // The stream broke off, or an event was longer than the limit: the session ends either way.
    }
  }
}

async function openStream(options: LegacyOptions, headers: Headers): Promise<OpenStream> {
  const { url, send, maxBytes, patience = PATIENCE } = options;
  const closing = new AbortController();
  const late = setTimeout(() => closing.abort(), patience);
  try {
    const accept = new Headers(headers);
    accept.set('accept', 'text/event-stream');
    const response = await send(url, { method: 'GET', headers: accept, signal: closing.signal });
    if (!response.ok) throw new ProxyError('no-answer', `the server answered with status ${response.status}`);
    const events = readEvents(response, maxBytes);
    for (;;) {
      const { done, value } = await events.next();
      if (done === true) throw new ProxyError('no-answer', 'the server ended its stream');
      if (value.event === 'endpoint') return { endpoint: readEndpoint(value.data, url), events, closing };
    }
  } catch (cause) {
    closing.abort();
    if (cause instanceof ProxyError) throw cause;
    throw new ProxyError('no-answer', 'the server can not be reached, or does not say where messages go');
  } finally {
    clearTimeout(late);
  }
}

/** Where messages go must be at the same server: what the client says is meant for it. */
function readEndpoint(data: string, url: URL): URL {
  const endpoint = URL.canParse(data, url.href) ? new URL(data, url) : null;
  if (endpoint === null || endpoint.origin !== url.origin)
    throw new ProxyError('no-answer', 'the server wants messages sent to another place than it is at');
  return endpoint;
}

async function* readEvents(response: Response, maxBytes: number): AsyncGenerator<SseEvent, void, void> {
  const reader = new SseReader(maxBytes);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of response.body ?? []) yield* reader.push(decoder.decode(chunk, { stream: true }));
}
