import { setTimeout as sleep } from 'node:timers/promises';
import { getMember } from '@agentpolicy/core';
import { type Message, readMessage, readNegotiatedVersion } from '@agentpolicy/message';
import type { Log } from '../../stdio/log.ts';
import { isStateless, VERSION_HEADER } from '../wire/era.ts';
import { Exchange, type MessageSink } from './exchange.ts';
import type { HttpSession } from './http-session.ts';
import { type Carried, type RemoteOptions, RemoteUpstream } from './remote-upstream.ts';

/** Milliseconds until a stream that broke off is opened again, unless the server says otherwise, at least and at most. */
const RETRY = 1000;
const MIN_RETRY = 20;
const MAX_RETRY = 30_000;
/** As often in a row without any event is tried to go on with a stream. */
const MOST_RETRIES = 5;
/** What is sent next waits so long, in milliseconds, for the server to take what must come before it. */
const FIRST_TIMEOUT = 10_000;

export interface RemoteClientOptions extends RemoteOptions {
  /** Headers that the operator adds, by their names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly sink: MessageSink;
  readonly log: Log;
  /** Told when the server no longer knows the session: nothing can be asked any more. */
  readonly onLost: (reason: string) => void;
}

/**
 * A server behind a URL for a client that speaks no HTTP: what such a client can't do is done for it. Messages reach
 * the server in their order, the stream for what it says unasked is opened, streams that break off are gone on with,
 * and headers say what the messages say.
 */
export class RemoteClient extends RemoteUpstream {
  protected override readonly fillsHeaders = true;
  private readonly client: RemoteClientOptions;
  private version: string | null = null;
  /** Resolves when the next message may be sent. */
  private order: Promise<void> = Promise.resolve();
  private readonly closing = new AbortController();
  private isListening = false;

  constructor(session: HttpSession, options: RemoteClientOptions) {
    super(session, options);
    this.client = options;
  }

  override send(text: string, exchange: Exchange | null): void {
    const message = readMessage(text, 'client');
    const headers = this.baseHeaders();
    // Over HTTP, leaving is how a request of the stateless protocol is cancelled.
    const cancelled = cancelledKey(message);
    if (cancelled !== null && (isStateless(headers, message) || this.version === null)) {
      this.session.abandon(cancelled);
      return;
    }
    const carrier = exchange ?? new Exchange(this.client.sink);
    carrier.upstream++;
    this.order = this.order.then(async () => {
      carrier.upstream--;
      this.take(carrier, this.baseHeaders());
      const delivered = this.deliver(text, carrier).then(() => this.afterwards(message, carrier));
      if (comesFirst(message))
        await Promise.race([delivered, sleep(FIRST_TIMEOUT, undefined, { ref: false })]);
    });
  }

  /** Ends the session at the server, and what is open. */
  async end(ms: number): Promise<void> {
    this.closing.abort();
    if (this.sessionId === null) return;
    const exchange = new Exchange(this.client.sink);
    this.take(exchange, this.baseHeaders());
    const late = setTimeout(() => exchange.leave(), ms);
    await this.delete(exchange);
    clearTimeout(late);
  }

  protected override observe(sent: Message | null, answer: Message): void {
    super.observe(sent, answer);
    if (sent?.kind !== 'request' || sent.normalizedMethod !== 'initialize') return;
    if (answer.kind === 'response' && answer.outcome.kind === 'result')
      this.version = readNegotiatedVersion(answer.outcome.value) ?? null;
  }

  /** Goes on with the stream until what was asked is answered, or nothing comes any more. */
  protected override async goOn(text: string, carried: Carried): Promise<void> {
    let { lastEventId, retry } = carried;
    for (let tries = 0; tries < MOST_RETRIES && this.session.hasUnanswered(text); tries++) {
      if (!carried.exchange.isOpen || lastEventId === null || !(await this.pause(retry ?? RETRY))) break;
      const again = await this.openStream(lastEventId);
      if (again.lastEventId !== lastEventId) tries = 0;
      lastEventId = again.lastEventId;
      retry = again.retry ?? retry;
      if (again.exchange.status >= 400) break;
    }
    this.session.failRequests(text, 'The server broke off its answer', carried.exchange);
  }

  /** What the server's answer to a message makes possible, or impossible. */
  private afterwards(message: Message, { status }: Exchange): void {
    if (message.kind === 'notification' && message.normalizedMethod === 'notifications/initialized')
      void this.keepListening();
    if (status === 401)
      this.client.log.line("The server asks who calls: give --header 'Authorization: env:NAME'");
    if (status === 404 && this.sessionId !== null)
      this.client.onLost('the server no longer knows the session');
  }

  /** Keeps the stream open on which the server says what nobody asked for, where it offers one. */
  private async keepListening(): Promise<void> {
    if (this.isListening || this.version === null) return;
    this.isListening = true;
    let lastEventId: string | null = null;
    let retry = RETRY;
    for (let failed = 0; !this.closing.signal.aborted; ) {
      const stream: Carried = await this.openStream(lastEventId);
      const { status } = stream.exchange;
      if (status === 404 && this.sessionId !== null)
        this.client.onLost('the server no longer knows the session');
      if (status >= 400 && status < 500) return;
      failed = status >= 500 ? failed + 1 : 0;
      lastEventId = stream.lastEventId;
      retry = stream.retry ?? retry;
      if (!(await this.pause(retry * 2 ** Math.min(failed, 5)))) return;
    }
  }

  private async openStream(lastEventId: string | null): Promise<Carried> {
    const exchange = new Exchange(this.client.sink);
    const leave = (): void => exchange.leave();
    this.closing.signal.addEventListener('abort', leave, { once: true });
    this.take(exchange, this.baseHeaders());
    const carried = await this.listen(exchange, lastEventId);
    this.closing.signal.removeEventListener('abort', leave);
    return carried;
  }

  /** False where everything ends meanwhile. */
  private async pause(ms: number): Promise<boolean> {
    const { signal } = this.closing;
    await sleep(Math.max(MIN_RETRY, Math.min(ms, MAX_RETRY)), undefined, { signal, ref: false }).catch(
      () => undefined,
    );
    return !signal.aborted;
  }

  private baseHeaders(): Headers {
    const headers = new Headers([...this.client.headers]);
    if (this.version !== null) headers.set(VERSION_HEADER, this.version);
    return headers;
  }
}

/** What the server must have taken before anything else is sent: what has no answer, and the start of a session. */
function comesFirst(message: Message): boolean {
  return message.kind !== 'request' || message.normalizedMethod === 'initialize';
}

/** The key of the request that a message cancels. */
function cancelledKey(message: Message): string | null {
  if (message.kind !== 'notification' || message.normalizedMethod !== 'notifications/cancelled') return null;
  const id = message.params === undefined ? undefined : getMember(message.params, 'requestId');
  if (id?.kind !== 'string' && id?.kind !== 'number') return null;
  const value = id.kind === 'string' ? JSON.stringify(id.value) : id.literal;
  const asked = readMessage(`{"jsonrpc":"2.0","id":${value},"method":"ping"}`, 'client');
  return asked.kind === 'request' ? asked.id.key : null;
}
