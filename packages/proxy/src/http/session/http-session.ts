import { quoteJson } from '@agentpolicy/core';
import type { Engine } from '@agentpolicy/engine';
import { type LineEvent, OWN_ID_PREFIX, readLineMessage, readMessage, type Side } from '@agentpolicy/message';
import type { AuditSink } from '../../audit/sink.ts';
import { commitEffects } from '../../gateway/commit.ts';
import type { Effect, Question } from '../../gateway/effects.ts';
import type { ApprovalOutcome, Gateway } from '../../gateway/gateway.ts';
import type { Log } from '../../stdio/log.ts';
import type { Exchange } from './exchange.ts';
import { answerKeys, listRequests, makeLine, statusOf } from './message-keys.ts';

/** Where messages for the server go. */
export interface Upstream {
  /** Sends a message; `exchange` is the client's request that it belongs to, where it belongs to one. */
  send(text: string, exchange: Exchange | null): void;
}

/** Asks about the calls of one session. */
export interface SessionDesk {
  ask(question: Question): Promise<ApprovalOutcome>;
  close(key: number): void;
}

export interface SessionParts {
  readonly gateway: Gateway;
  readonly audit: AuditSink;
  readonly log: Log;
  readonly desk: SessionDesk;
  /** Whether what the server says besides its messages may pass. */
  readonly mayPass: (text: string) => boolean;
  readonly maxDepth?: number;
  /** A client that leaves takes back what it asked for (protocol 2026-07-28). */
  readonly cancelsByLeaving?: boolean;
  /** Told of the session for as long as it lives: what is given back ends that. */
  readonly register: (session: HttpSession) => () => void;
}

/** Messages that no stream takes are kept up to this many, and up to as many characters in all. */
const MOST_KEPT = 1000;
const MOST_KEPT_TEXT = 4 << 20;

const NOTHING: ReadonlySet<string> = new Set();

/**
 * One session: a gateway, and the client's HTTP requests that wait for what it lets through. An answer goes
 * to who asked; what the server says of itself goes to the stream on which it came, or to any that is open.
 */
export class HttpSession<Link extends Upstream = Upstream> {
  /** Where what is let through goes. */
  readonly link: Link;
  private readonly parts: SessionParts;
  /** Who waits for the answer to a request, by its id's key. */
  private readonly owners = new Map<string, Exchange>();
  private readonly open = new Set<Exchange>();
  /** The stream for what the server says unasked. */
  private standing: Exchange | null = null;
  private kept: string[] = [];
  /** Keys of the requests in the message of the client's that is judged now. */
  private asked: ReadonlySet<string> = NOTHING;
  /** The key of a request whose answer has nobody to go to. */
  private lost: string | null = null;
  /** Keys of the requests that the server has not answered yet. */
  private readonly atServer = new Set<string>();
  private readonly unregister: () => void;
  /** Why the server is gone. */
  private ended: string | null = null;

  constructor(parts: SessionParts, connect: (session: HttpSession) => Link) {
    this.parts = parts;
    this.link = connect(this);
    this.unregister = parts.register(this);
  }

  /** Takes a message of the client's; what is answered goes to the exchange. */
  receiveClient(line: LineEvent, exchange: Exchange): void {
    this.adopt(exchange);
    const message = readLineMessage(line, 'client', this.limits());
    const requests = listRequests(message);
    for (const { key, idText } of requests) {
      if (this.owners.has(key)) continue;
      this.owners.set(key, exchange);
      exchange.pending.set(key, idText);
    }
    this.asked = new Set(requests.map(({ key }) => key));
    this.apply(this.parts.gateway.receive(line, 'client'), 'client', exchange, null);
    this.asked = NOTHING;
    this.settle(exchange);
  }

  /** Takes a message of the server's that came on an exchange, or unasked. */
  receiveServer(line: LineEvent, exchange: Exchange | null, eventId: string | null = null): void {
    for (const key of answerKeys(readLineMessage(line, 'server', this.limits()))) this.atServer.delete(key);
    this.apply(this.parts.gateway.receive(line, 'server'), 'server', exchange, eventId);
    if (exchange !== null) this.settle(exchange);
  }

  /** The server will not answer these requests any more. */
  failRequests(text: string, reason: string, exchange: Exchange | null): void {
    for (const { key, idText } of listRequests(readMessage(text, 'client'))) {
      if (!this.atServer.has(key)) continue;
      const error = `{"code":-32603,"message":"Internal error","data":{"reason":${quoteJson(reason)}}}`;
      // Who has left is told nothing, and nobody else is told of it either.
      const isLost = exchange !== null && !exchange.isOpen && this.owners.get(key) === undefined;
      this.lost = isLost ? key : null;
      this.receiveServer(makeLine(`{"jsonrpc":"2.0","id":${idText},"error":${error}}`), exchange);
      this.lost = null;
    }
  }

  /** Time goes on, in milliseconds of which only differences count. */
  tick(now: number): void {
    const waiting = [...this.open].filter((exchange) => exchange.pending.size > 0);
    this.apply(this.parts.gateway.tick(now), 'server', null, null);
    // The server still has the request: whoever was answered in its place does not wait for that.
    for (const exchange of waiting)
      if (exchange.pending.size === 0 && exchange !== this.standing) exchange.finish();
    for (const exchange of this.open) exchange.tick(now);
  }

  /** Another policy holds from the next message on. */
  replaceEngine(engine: Engine): void {
    this.parts.gateway.replaceEngine(engine);
  }

  /** The client gives up what it asked for on an exchange, as if it had left. */
  abandon(idKey: string): void {
    this.owners.get(idKey)?.leave();
  }

  /** The session is over for the client: nobody is asked about its calls any more. */
  retire(): void {
    this.unregister();
    this.apply(this.parts.gateway.clientEnded(), 'server', null, null);
  }

  /** Whether a header or the id of an event may go to the client. */
  mayPass(text: string): boolean {
    return this.parts.mayPass(text);
  }

  /** The line answers a request that the server has open. */
  isAnswer(line: LineEvent): boolean {
    return answerKeys(readLineMessage(line, 'server', this.limits())).some((key) => this.atServer.has(key));
  }

  /** Requests of a text whose answers come on another stream: nobody waits for them here. */
  releaseRequests(text: string, exchange: Exchange): void {
    for (const { key } of listRequests(readMessage(text, 'client'))) {
      exchange.pending.delete(key);
      if (this.owners.get(key) === exchange) this.owners.delete(key);
    }
  }

  hasUnanswered(text: string): boolean {
    return listRequests(readMessage(text, 'client')).some(({ key }) => this.atServer.has(key));
  }

  /** The stream takes what the server says unasked, first of all what was kept. One before it stays open. */
  stand(exchange: Exchange): void {
    this.adopt(exchange);
    this.standing = exchange;
    for (const text of this.kept) exchange.send(text, null);
    this.kept = [];
  }

  /** The stream for what the server says unasked is over. */
  endStanding(): void {
    this.standing?.finish();
  }

  /** The server is gone: what is open is answered, and nothing more comes. */
  end(reason: string): void {
    this.ended = reason;
    this.apply(this.parts.gateway.serverEnded(reason), 'server', null, null);
    this.retire();
    for (const exchange of [...this.open]) exchange.finish();
  }

  /** Ends an exchange that waits for nothing. */
  settle(exchange: Exchange): void {
    if (exchange !== this.standing && exchange.upstream === 0 && exchange.pending.size === 0)
      exchange.finish();
  }

  /** Resolves once every client that reads a stream has room for more; null where each has. */
  ready(): Promise<void> | null {
    const full = [...this.open].filter((exchange) => exchange.isFull);
    return full.length === 0 ? null : Promise.all(full.map((each) => each.ready())).then(() => undefined);
  }

  isIdle(): boolean {
    return this.open.size === 0;
  }

  get hasEnded(): boolean {
    return this.ended !== null;
  }

  /** The server has nothing to answer. */
  isQuiet(): boolean {
    return this.atServer.size === 0;
  }

  private limits(): { readonly maxDepth?: number } {
    const { maxDepth } = this.parts;
    return maxDepth === undefined ? {} : { maxDepth };
  }

  private adopt(exchange: Exchange): void {
    if (this.open.has(exchange)) return;
    this.open.add(exchange);
    const forget = (): void => {
      this.open.delete(exchange);
      if (this.standing === exchange) this.standing = null;
      const left = [...exchange.pending];
      this.releaseAll(exchange);
      this.takeBack(left);
    };
    if (exchange.isOpen) exchange.gone.addEventListener('abort', forget, { once: true });
    else forget();
  }

  /** The client left before it was answered: a call that waits for somebody's approval is not made any more. */
  private takeBack(requests: readonly (readonly [key: string, idText: string])[]): void {
    for (const [key, idText] of requests) {
      if (this.atServer.has(key) && this.parts.cancelsByLeaving !== true) continue;
      const params = `{"requestId":${idText},"reason":"the client has left"}`;
      const line = makeLine(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":${params}}`);
      this.apply(this.parts.gateway.receive(line, 'client'), 'client', null, null);
    }
  }

  private ask(question: Question): void {
    void this.parts.desk.ask(question).then((outcome) => {
      this.apply(this.parts.gateway.answerQuestion(question.key, outcome), 'server', null, null);
    });
  }

  /** Carries effects out: records first. */
  private apply(
    effects: readonly Effect[],
    side: Side,
    exchange: Exchange | null,
    eventId: string | null,
  ): void {
    const { audit, gateway, log } = this.parts;
    let sent = false;
    for (const delivery of commitEffects(effects, audit, gateway.withdraw)) {
      switch (delivery.kind) {
        case 'send':
          if (delivery.to === 'server') this.toServer(delivery.text, exchange);
          else sent = this.toClient(delivery.text, side, exchange, sent ? null : eventId) || sent;
          break;
        case 'log':
          log.line(delivery.text);
          break;
        case 'noise':
          log.raw(`${delivery.text}\n`);
          break;
        case 'ask':
          this.ask(delivery.question);
          break;
        case 'close-question':
          this.parts.desk.close(delivery.key);
          log.line(`A question is closed: ${delivery.reason}`);
          break;
      }
    }
    // The event had no message that may pass: its place in the stream is told all the same.
    if (!sent && eventId !== null) exchange?.mark(eventId, null);
  }

  private toServer(text: string, exchange: Exchange | null): void {
    const requests = listRequests(readMessage(text, 'client'));
    for (const { key } of requests) this.atServer.add(key);
    if (this.ended !== null) {
      this.failRequests(text, this.ended, exchange);
      return;
    }
    const [first] = requests;
    // A call that was held goes on by what somebody else said meanwhile: its answer is for who made it.
    const owner = first === undefined ? undefined : this.owners.get(first.key);
    // What the proxy asks for itself does not end with the client's request that made it ask.
    const isOwn = first?.idText.startsWith(`"${OWN_ID_PREFIX}`) === true;
    this.link.send(text, isOwn ? null : (owner ?? exchange));
  }

  /** Tells whether it went to the exchange that was given. */
  private toClient(text: string, side: Side, exchange: Exchange | null, eventId: string | null): boolean {
    const message = readMessage(text, 'server');
    // The proxy itself asks the client: that needs a stream, as what the server says does.
    if (message.kind === 'request' && side === 'client' && exchange?.acceptsStream === true)
      exchange.startStream();
    const isAnswer = message.kind === 'response' || (side === 'client' && message.kind !== 'request');
    const keys = answerKeys(message);
    const [first] = keys;
    // An id that is open twice: what is said of the second is for who used it again.
    const isOwn = side === 'client' && first !== undefined && this.asked.has(first);
    const owner = first === undefined || isOwn ? undefined : this.owners.get(first);
    // What nobody asked for has no place in the one answer of a request that wants no stream.
    const takes = (each: Exchange): boolean =>
      each.isOpen && !each.isOwn && (first !== undefined || isAnswer || each.isStream || each.becomesStream);
    const target = [owner, exchange, this.standing, ...this.open]
      .filter((each) => each !== undefined && each !== null)
      .find(takes);
    if (first !== undefined && first === this.lost) return false;
    if (target?.becomesStream === true) {
      if (first === undefined && !isAnswer) target.startStream();
      else target.status = statusOf(message);
    }
    if (target === undefined) this.keep(text);
    else target.send(text, target === exchange ? eventId : null);
    for (const key of keys) {
      const waiting = this.owners.get(key);
      if (waiting === undefined || (isOwn && waiting !== exchange)) continue;
      this.owners.delete(key);
      waiting.pending.delete(key);
      if (waiting !== exchange) this.settle(waiting);
    }
    // The client's message was refused as a whole: nothing in it is answered one by one.
    if (side === 'client' && message.kind === 'response' && message.id === null) this.releaseAll(exchange);
    return target === exchange;
  }

  private releaseAll(exchange: Exchange | null): void {
    for (const key of exchange?.pending.keys() ?? [])
      if (this.owners.get(key) === exchange) this.owners.delete(key);
    exchange?.pending.clear();
  }

  private keep(text: string): void {
    const length = this.kept.reduce((sum, each) => sum + each.length, text.length);
    if (this.kept.length < MOST_KEPT && length <= MOST_KEPT_TEXT) this.kept.push(text);
    else this.parts.log.line('REFUSED: a message of the server: the client reads no stream');
  }
}
