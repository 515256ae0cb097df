import { getMember } from '@agentpolicy/core';
import { type Message, readLineMessage, readMessage } from '@agentpolicy/message';
import { nameMessage, returnedHeaders, SESSION_HEADER } from '../wire/headers.ts';
import type { ParamHeaders } from '../wire/param-headers.ts';
import { readBytes } from '../wire/read-bytes.ts';
import { readLineEvent } from '../wire/read-line-event.ts';
import { type SseEvent, SseReader } from '../wire/read-sse.ts';
import type { SendRequest } from '../wire/send-request.ts';
import { Exchange } from './exchange.ts';
import type { HttpSession, Upstream } from './http-session.ts';

/** The server has so long, in milliseconds, for what the proxy asks or tells it for itself. */
const OWN_TIMEOUT = 30_000;

export interface RemoteOptions {
  readonly url: URL;
  readonly maxBytes: number;
  readonly send: SendRequest;
  /** Which arguments stand in headers: learned from what the server lists. */
  readonly params: ParamHeaders;
}

/** A request to the server, and what is known of its answer so far. */
export interface Carried {
  readonly exchange: Exchange;
  /** The message that was sent; null for a stream that was opened. */
  readonly sent: Message | null;
  /** Where the stream can be gone on with; null where it can't be. */
  lastEventId: string | null;
  /** Milliseconds that the server wants to be left alone before that. */
  retry: number | null;
}

/** A server behind a URL: each message that is let through becomes a request of its own. */
export class RemoteUpstream implements Upstream {
  protected readonly session: HttpSession;
  protected readonly options: RemoteOptions;
  /** The client speaks no HTTP: headers say what it could not say, and it is told none, nor the ids of events. */
  protected readonly fillsHeaders: boolean = false;
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
    if (exchange !== null) {
      void this.deliver(text, exchange);
      return;
    }
    const carrier = new Exchange();
    carrier.isOwn = true;
    const late = setTimeout(() => carrier.leave(), OWN_TIMEOUT).unref();
    void this.deliver(text, carrier).finally(() => clearTimeout(late));
  }

  /** Sends a message; resolves once all was said about it. */
  protected async deliver(text: string, exchange: Exchange): Promise<void> {
    exchange.upstream++;
    const headers = this.makeHeaders(exchange, 'application/json, text/event-stream');
    headers.set('content-type', 'application/json');
    nameMessage(headers, text, this.options.params, this.fillsHeaders);
    const sent = readMessage(text, 'client');
    const carried: Carried = { exchange, sent, lastEventId: null, retry: null };
    const reason = await this.carry({ method: 'POST', headers, body: text }, carried);
    if (reason !== null) this.session.failRequests(text, reason, exchange);
    else if (this.session.hasUnanswered(text)) await this.goOn(text, carried);
    exchange.upstream--;
    this.session.settle(exchange);
  }

  /** The stream broke off where it can be gone on with: the client does so by its last event's id. */
  protected async goOn(text: string, { exchange }: Carried): Promise<void> {
    this.session.releaseRequests(text, exchange);
  }

  /** Opens the stream for what the server says unasked, or goes on with one that broke off. */
  async listen(exchange: Exchange, lastEventId: string | null = null): Promise<Carried> {
    const headers = this.makeHeaders(exchange, 'text/event-stream');
    if (lastEventId !== null) headers.set('last-event-id', lastEventId);
    const carried: Carried = { exchange, sent: null, lastEventId, retry: null };
    exchange.upstream++;
    await this.carry({ method: 'GET', headers }, carried);
    exchange.upstream--;
    exchange.finish();
    return carried;
  }

  /** Ends the session at the server; true where it agrees. */
  async delete(exchange: Exchange): Promise<boolean> {
    const headers = this.makeHeaders(exchange, 'application/json');
    await this.carry({ method: 'DELETE', headers }, { exchange, sent: null, lastEventId: null, retry: null });
    exchange.finish();
    return exchange.status < 300 || exchange.status === 404;
  }

  protected makeHeaders(exchange: Exchange, accept: string): Headers {
    const headers = new Headers(this.headersOf.get(exchange) ?? this.headers);
    headers.set('accept', accept);
    headers.set('accept-encoding', 'identity');
    if (this.sessionId !== null) headers.set(SESSION_HEADER, this.sessionId);
    return headers;
  }

  /** Told of each message of the server's, before it is judged. */
  protected observe(sent: Message | null, answer: Message): void {
    if (sent?.kind !== 'request' || sent.normalizedMethod !== 'tools/list') return;
    if (answer.kind !== 'response' || answer.outcome.kind !== 'result') return;
    const cursor = sent.params === undefined ? undefined : getMember(sent.params, 'cursor');
    this.options.params.learn(answer.outcome.value, cursor?.kind === 'string' ? cursor.value : null);
  }

  /** Sends a request and takes all that is answered. Gives why requests in it stay without an answer. */
  private async carry(
    request: { readonly method: string; readonly headers: Headers; readonly body?: string },
    carried: Carried,
  ): Promise<string | null> {
    const { exchange, sent } = carried;
    try {
      const { url, send } = this.options;
      return await this.takeResponse(await send(url, { ...request, signal: exchange.gone }), carried);
    } catch {
      // The client has left, or the server can't be reached; what an error says may hold what was sent.
      if (!exchange.isStream && sent === null) exchange.status = 502;
      return 'The server can not be reached, or broke off its answer';
    }
  }

  private async takeResponse(response: Response, carried: Carried): Promise<string | null> {
    const { exchange } = carried;
    const type = (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    if ((response.headers.get('content-encoding') ?? 'identity') !== 'identity') {
      await response.body?.cancel();
      return 'The server compressed its answer, which it was not asked for';
    }
    // A stream that the client has begun to read has told its status and headers.
    if (!exchange.isStream && exchange.isOpen) {
      const returned = returnedHeaders(response.headers, (value) => this.session.mayPass(value));
      for (const [name, value] of returned) exchange.headers.set(name, value);
    }
    if (response.status !== 202) exchange.status = passedStatus(response.status);
    this.sessionId ??= response.ok ? response.headers.get(SESSION_HEADER) : null;
    if (response.ok && type === 'text/event-stream') return await this.takeStream(response, carried);
    if (type === 'application/json') await this.takeWhole(response, carried);
    else await response.body?.cancel();
    return response.ok ? 'The server gave no answer' : `The server answered with status ${response.status}`;
  }

  private async takeWhole(response: Response, { exchange, sent }: Carried): Promise<void> {
    const bytes = await readBytes(response, this.options.maxBytes);
    const line = bytes === null ? null : readLineEvent(bytes, this.options.maxBytes);
    // What stands beside a status that tells of a failure is passed on only where somebody asked for it.
    if (line === null || !(response.ok || this.session.isAnswer(line))) return;
    this.observe(sent, readLineMessage(line, 'server'));
    this.session.receiveServer(line, exchange);
  }

  private async takeStream(response: Response, carried: Carried): Promise<string | null> {
    const { exchange, sent } = carried;
    exchange.startStream();
    const reader = new SseReader(this.options.maxBytes);
    const decoder = new TextDecoder('utf-8', { fatal: true });
    try {
      for await (const chunk of response.body ?? []) {
        for (const event of reader.push(decoder.decode(chunk, { stream: true })))
          this.takeEvent(event, carried);
        await exchange.ready();
        // Everything that was asked is answered: the server may be slow to close.
        if (sent !== null && exchange.pending.size === 0 && !this.session.hasUnanswered(sent.text)) break;
      }
    } catch {
      if (carried.lastEventId === null) return 'The server broke off its answer';
    }
    return sent === null || carried.lastEventId === null ? 'The server gave no answer' : null;
  }

  private takeEvent(event: SseEvent, carried: Carried): void {
    const { exchange, sent } = carried;
    // An id that may not pass is left out, and what comes with it is judged by itself: the client goes on from an id
    // that it was told.
    const id = event.id === null || this.fillsHeaders || this.session.mayPass(event.id) ? event.id : null;
    carried.lastEventId = id ?? carried.lastEventId;
    carried.retry = event.retry ?? carried.retry;
    if (event.data === '' || event.event !== 'message') {
      if (id !== null) exchange.mark(id, event.retry);
      return;
    }
    const line = readLineEvent(Buffer.from(event.data), this.options.maxBytes);
    if (line === null) return;
    this.observe(sent, readLineMessage(line, 'server'));
    this.session.receiveServer(line, exchange, id);
  }
}

/** A redirection is not followed: what the client sent is meant for this server. */
function passedStatus(status: number): number {
  return status >= 300 && status < 400 ? 502 : status;
}
