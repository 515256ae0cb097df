import { nameMessage, returnedHeaders, SESSION_HEADER } from '../wire/headers.ts';
import { readLineEvent } from '../wire/read-line-event.ts';
import { type SseEvent, SseReader } from '../wire/read-sse.ts';
import { Exchange } from './exchange.ts';
import type { HttpSession, Upstream } from './http-session.ts';

export interface RemoteOptions {
  readonly url: URL;
  readonly maxBytes: number;
  /** Sends a request; the global `fetch` but for tests. */
  readonly fetch: typeof fetch;
}

/** A server behind a URL: each message that is let through becomes a request of its own. */
export class RemoteUpstream implements Upstream {
  private readonly session: HttpSession;
  private readonly options: RemoteOptions;
  /** What the client's latest request said in its headers: the proxy's own messages say the same. */
  private headers = new Headers();
  private readonly headersOf = new WeakMap<Exchange, Headers>();
  /** The id that the server gave to the session. */
  sessionId: string | null = null;

  constructor(session: HttpSession, options: RemoteOptions) {
    this.session = session;
    this.options = options;
  }

  /** Remembers the headers that go on with what comes of an exchange. */
  take(exchange: Exchange, headers: Headers): void {
    this.headers = headers;
    this.headersOf.set(exchange, headers);
  }

  send(text: string, exchange: Exchange | null): void {
    const carrier = exchange ?? new Exchange();
    carrier.upstream++;
    void this.post(text, carrier).finally(() => {
      carrier.upstream--;
      this.session.settle(carrier);
    });
  }

  private async post(text: string, exchange: Exchange): Promise<void> {
    const headers = this.makeHeaders(exchange, 'application/json, text/event-stream');
    headers.set('content-type', 'application/json');
    nameMessage(headers, text);
    const reason = await this.carry({ method: 'POST', headers, body: text }, exchange, text);
    if (reason !== null) this.session.failRequests(text, reason, exchange);
  }

  /** Opens the stream for what the server says unasked, or goes on with one that broke off. */
  async listen(exchange: Exchange): Promise<void> {
    const headers = this.makeHeaders(exchange, 'text/event-stream');
    exchange.upstream++;
    await this.carry({ method: 'GET', headers }, exchange, null);
    exchange.upstream--;
    exchange.finish();
  }

  /** Ends the session at the server; true where it agrees. */
  async delete(exchange: Exchange): Promise<boolean> {
    const headers = this.makeHeaders(exchange, 'application/json');
    await this.carry({ method: 'DELETE', headers }, exchange, null);
    exchange.finish();
    return exchange.status < 300 || exchange.status === 404;
  }

  private makeHeaders(exchange: Exchange, accept: string): Headers {
    const headers = new Headers(this.headersOf.get(exchange) ?? this.headers);
    headers.set('accept', accept);
    if (this.sessionId !== null) headers.set(SESSION_HEADER, this.sessionId);
    return headers;
  }

  /** Sends a request and takes all that is answered. Gives why requests in it stay without an answer. */
  private async carry(init: RequestInit, exchange: Exchange, text: string | null): Promise<string | null> {
    try {
      const response = await this.options.fetch(this.options.url, {
        ...init,
        redirect: 'manual',
        signal: exchange.gone,
      });
      return await this.takeResponse(response, exchange, text);
    } catch {
      // The client has left, or the server can't be reached; what an error says may hold what was sent.
      if (!exchange.isStream && text === null) exchange.status = 502;
      return 'The server can not be reached, or broke off its answer';
    }
  }

  private async takeResponse(
    response: Response,
    exchange: Exchange,
    text: string | null,
  ): Promise<string | null> {
    const type = (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    if (!exchange.isStream && exchange.isOpen) {
      for (const [name, value] of returnedHeaders(response.headers)) exchange.headers.set(name, value);
      if (response.status !== 202) exchange.status = passedStatus(response.status);
    }
    this.sessionId ??= response.ok ? response.headers.get(SESSION_HEADER) : null;
    if (response.ok && type === 'text/event-stream') return await this.takeStream(response, exchange, text);
    if (type === 'application/json') await this.takeWhole(response, exchange);
    else await response.body?.cancel();
    return response.ok ? 'The server gave no answer' : `The server answered with status ${response.status}`;
  }

  private async takeWhole(response: Response, exchange: Exchange): Promise<void> {
    const bytes = await readBytes(response, this.options.maxBytes);
    const line = bytes === null ? null : readLineEvent(bytes, this.options.maxBytes);
    // What stands beside a status that tells of a failure is passed on only where somebody asked for it.
    if (line !== null && (response.ok || this.session.isAnswer(line)))
      this.session.receiveServer(line, exchange);
  }

  private async takeStream(
    response: Response,
    exchange: Exchange,
    text: string | null,
  ): Promise<string | null> {
    exchange.startStream();
    const reader = new SseReader(this.options.maxBytes);
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const marked = { seen: false };
    try {
      for await (const chunk of response.body ?? []) {
        for (const event of reader.push(decoder.decode(chunk, { stream: true })))
          this.takeEvent(event, exchange, marked);
        await exchange.ready();
        // Everything that was asked is answered: the server may be slow to close.
        if (text !== null && exchange.pending.size === 0 && !this.session.hasUnanswered(text)) break;
      }
    } catch {
      if (!marked.seen) return 'The server broke off its answer';
    }
    if (text === null || !marked.seen) return 'The server gave no answer';
    // The client goes on with the stream by its last event's id.
    if (this.session.hasUnanswered(text)) this.session.releaseRequests(text, exchange);
    return null;
  }

  private takeEvent(event: SseEvent, exchange: Exchange, marked: { seen: boolean }): void {
    if (event.id !== null) marked.seen = true;
    if (event.data === '' || event.event !== 'message') {
      if (event.id !== null) exchange.mark(event.id, event.retry);
      return;
    }
    const line = readLineEvent(Buffer.from(event.data), this.options.maxBytes);
    if (line !== null) this.session.receiveServer(line, exchange, event.id);
  }
}

/** A redirection is not followed: what the client sent is meant for this server. */
function passedStatus(status: number): number {
  return status >= 300 && status < 400 ? 502 : status;
}

/** The body; null where it is longer than the limit. */
export async function readBytes(from: Request | Response, maxBytes: number): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of from.body ?? []) {
    length += part.byteLength;
    if (length > maxBytes) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}
