import { DEFAULT_MAX_DEPTH } from '@agentpolicy/core';
import type { Engine } from '@agentpolicy/engine';
import {
  createSession,
  type ForwardVerdict,
  forwardText,
  type LineEvent,
  type Message,
  type MessageLimits,
  type OpenRequest,
  type ResponseMessage,
  readLineMessage,
  readMessage,
  type Session,
  type Side,
  type SingleVerdict,
} from '@agentpolicy/message';
import { printable } from '../text/printable.ts';
import {
  internalError,
  LIST_UNAVAILABLE,
  NOBODY_TO_ASK,
  TOO_MANY_QUESTIONS,
  USER_DENIED,
  USER_TIMEOUT,
} from './answers.ts';
import type { Effect, ForwardEffect } from './effects.ts';
import { FreeRetries } from './free-retries.ts';
import type { ApprovalOutcome, Gateway, GatewayOptions } from './gateway.ts';
import { HeldCalls } from './held-calls.ts';
import {
  type Answer,
  type HoldJudgement,
  type Judgement,
  NO_PROGRESS,
  type Progress,
  type SettledJudgement,
} from './judgement.ts';
import { type Judges, makeJudges } from './judges.ts';
import { refuseByProtocol } from './protocol-refusal.ts';
import { expire, RequestTimeouts } from './request-timeouts.ts';
import { answer, settle, settleBatch, toAsker } from './settle.ts';
import { DefinitionGuard } from './tools/definition-guard.ts';
import { isReserved, OwnListing, refuseReserved } from './tools/own-listing.ts';
import { refuseUnjudged } from './unjudged.ts';

/** A server may read far ahead of its answers: so many requests of one side may be open before one is refused. */
const MAX_OPEN = 50_000;

/** The server has so long, in milliseconds, to list its tools to the proxy. */
const LISTING_TIMEOUT = 10_000;

const TOO_MANY_HELD = internalError('too many calls wait to be decided');

const AUDIT_UNAVAILABLE = internalError('audit log unavailable');

const CANCELLED = internalError('The client cancelled the call before it was decided');

const APPROVAL_ERRORS = {
  denied: USER_DENIED,
  timeout: USER_TIMEOUT,
  nobody: NOBODY_TO_ASK,
  'too-many': TOO_MANY_QUESTIONS,
} as const satisfies Record<Exclude<ApprovalOutcome, 'approved'>, Answer['error']>;

/** The gateway of one connection: who is asked about what, and what waits for whom. */
export class ConnectionGateway implements Gateway {
  private readonly options: GatewayOptions;
  private readonly session: Session;
  private readonly limits: Required<Pick<MessageLimits, 'maxDepth'>>;
  private readonly retries: FreeRetries;
  private readonly definitions: DefinitionGuard;
  private readonly listing = new OwnListing();
  private readonly held = new HeldCalls();
  private readonly timeouts: RequestTimeouts | null;
  private judges: Judges;
  /** What is done after the effects of the message that is being judged. */
  private afterwards: Effect[] = [];

  constructor(options: GatewayOptions) {
    this.options = options;
    this.limits = { maxDepth: options.maxDepth ?? DEFAULT_MAX_DEPTH };
    this.retries = new FreeRetries(options.askedCalls);
    this.definitions = new DefinitionGuard(options.engine.table, options.pins ?? null);
    this.judges = this.makeJudges(options.engine);
    this.timeouts = options.requestTimeout === undefined ? null : new RequestTimeouts(options.requestTimeout);
    this.session = createSession({
      maxOpen: MAX_OPEN,
      constrained: (name) => this.judges.constrained(name),
    });
  }

  private makeJudges(engine: Engine): Judges {
    const { filterTools = false, denyAs = 'error', canAsk = false } = this.options;
    const { retries, definitions } = this;
    const { maxDepth } = this.limits;
    const denyAsResult = denyAs === 'result';
    return makeJudges({ engine, retries, definitions, maxDepth, canAsk, denyAsResult, filterTools });
  }

  receive(line: LineEvent, from: Side): readonly Effect[] {
    const effects: Effect[] = [];
    const message = refuseReserved(readLineMessage(line, from, this.limits));
    if (this.options.verbose) this.logMessage(message, effects);
    const verdict = this.session.receive(message);
    if (verdict.action === 'batch') this.takeBatch(from, verdict.elements, effects);
    else this.pass(from, this.judge(verdict), effects);
    this.finish(effects);
    return effects;
  }

  answerQuestion(key: number, outcome: ApprovalOutcome): readonly Effect[] {
    const call = this.held.take(key);
    if (call === undefined) return [];
    const effects: Effect[] = [];
    if (outcome === 'approved') this.resume(call, call.progress, effects);
    else this.refuseHeld(call, APPROVAL_ERRORS[outcome], effects);
    this.finish(effects);
    return effects;
  }

  tick(now: number): readonly Effect[] {
    const effects: Effect[] = [];
    if (this.listing.isLate(now, LISTING_TIMEOUT)) this.endListing(false, effects);
    for (const request of this.timeouts?.findExpired(this.session.openRequests('client'), now) ?? []) {
      if (isReserved(request.id) || this.held.find(request) !== undefined) continue;
      this.session.closeRequest('client', request.id);
      effects.push(...expire(request, this.options.requestTimeout ?? 0));
    }
    this.finish(effects);
    return effects;
  }

  replaceEngine(engine: Engine): void {
    this.definitions.replaceTable(engine.table);
    this.judges = this.makeJudges(engine);
  }

  clientEnded(): readonly Effect[] {
    const effects: Effect[] = [];
    for (const { key, call } of this.held.list('approval')) {
      this.held.take(key);
      effects.push({ kind: 'close-question', key, reason: 'the client is gone' });
      this.refuseHeld(call, USER_DENIED, effects);
    }
    return effects;
  }

  serverEnded(reason: string): readonly Effect[] {
    const effects: Effect[] = [];
    for (const { key } of this.held.list('approval'))
      effects.push({ kind: 'close-question', key, reason: 'the server is gone' });
    for (const { key } of [...this.held.list('approval'), ...this.held.list('definition')])
      this.held.take(key);
    for (const request of this.session.openRequests('client')) {
      this.session.closeRequest('client', request.id);
      // Who has cancelled a request does not wait for it.
      if (!request.cancelled && !isReserved(request.id))
        effects.push(answer(toAsker(request, internalError(reason))));
    }
    return effects;
  }

  readonly withdraw = (forward: ForwardEffect): readonly Effect[] =>
    forward.opened.map((request) => {
      this.session.closeRequest(request.from, request.id);
      return answer(toAsker(request, AUDIT_UNAVAILABLE));
    });

  readonly hasPending = (): boolean =>
    this.session.openRequests('client').some((request) => !request.cancelled && !isReserved(request.id));

  readonly isListing = (): boolean => this.listing.isRunning && this.held.size > 0;

  private finish(effects: Effect[]): void {
    while (this.afterwards.length > 0) {
      const more = this.afterwards;
      this.afterwards = [];
      effects.push(...more);
    }
  }

  /** Judges a call again that was held. Its place among the open requests is taken anew. */
  private resume(call: HoldJudgement, progress: Progress, effects: Effect[]): void {
    this.session.closeRequest('client', call.opened.id);
    const verdict = this.session.receive(call.message);
    if (verdict.action !== 'batch') this.pass('client', this.judge(verdict, progress), effects);
  }

  private refuseHeld(call: HoldJudgement, error: Answer['error'], effects: Effect[]): void {
    this.session.closeRequest('client', call.opened.id);
    this.pass('client', this.judges.client.refuseHeld(call.message, call.tool, error), effects);
  }

  private hold(call: HoldJudgement, effects: Effect[]): void {
    for (const text of call.logs) effects.push({ kind: 'log', text });
    const key = this.held.add(call);
    if (key === null) {
      this.refuseHeld(call, TOO_MANY_HELD, effects);
      return;
    }
    switch (call.awaits.kind) {
      case 'approval':
        effects.push({ kind: 'ask', question: { key, ...call.awaits.question } });
        return;
      case 'definition':
        if (this.listing.isRunning) return;
        effects.push({ kind: 'log', text: 'Listing the tools of the server to verify their definitions' });
        this.askForList(this.listing.begin(call.message), effects);
    }
  }

  private askForList(text: string, effects: Effect[]): void {
    const message = readMessage(text, 'client', this.limits);
    const verdict = this.session.receive(message);
    if (message.kind !== 'request' || verdict.action !== 'forward' || verdict.opened === undefined) {
      this.endListing(false, effects);
      return;
    }
    this.listing.opened(verdict.opened);
    this.definitions.asked(verdict.opened, message);
    effects.push({ kind: 'send', to: 'server', text });
  }

  /** The server answered the proxy itself: nothing of that goes to the client. */
  private takeOwnPage(request: OpenRequest, message: ResponseMessage): Judgement {
    const { records, logs } = this.judges.lists.review(message, request);
    if (this.listing.isCurrent(request)) {
      const { outcome } = message;
      const next = outcome.kind === 'result' ? this.listing.proceed(outcome.value, message.text) : null;
      if (next !== null) this.askForList(next, this.afterwards);
      else this.endListing(outcome.kind === 'result', this.afterwards);
    }
    return { kind: 'refuse', answer: null, records, logs, noise: null };
  }

  /** Calls that waited for the list are judged again; where it did not come, they are refused. */
  private endListing(succeeded: boolean, effects: Effect[]): void {
    this.listing.end();
    for (const { key, call } of this.held.list('definition')) {
      this.held.take(key);
      if (succeeded) this.resume(call, call.progress, effects);
      else this.refuseHeld(call, LIST_UNAVAILABLE, effects);
    }
  }

  /** The client gives up a call that the server never saw; it must not see the cancellation either. */
  private dropCancelled(request: OpenRequest, judged: Judgement): Judgement {
    const held = this.held.find(request);
    if (held === undefined || judged.kind === 'hold') return judged;
    this.held.take(held.key);
    this.session.closeRequest('client', request.id);
    if (held.call.awaits.kind === 'approval')
      this.afterwards.push({
        kind: 'close-question',
        key: held.key,
        reason: 'the client cancelled the call',
      });
    const { client } = this.judges;
    const gone = client.refuseHeld(held.call.message, held.call.tool, CANCELLED);
    const records = [...judged.records, ...gone.records];
    return { kind: 'refuse', answer: null, records, logs: [...judged.logs, ...gone.logs], noise: null };
  }

  /** A message that can't be judged is refused; the others go on. */
  private judge(verdict: SingleVerdict, progress: Progress = NO_PROGRESS): Judgement {
    try {
      return this.judgeVerdict(verdict, progress);
    } catch (cause) {
      if (verdict.action === 'forward') this.forgetFailed(verdict);
      return refuseUnjudged(verdict, cause);
    }
  }

  private forgetFailed({ opened, answers }: ForwardVerdict): void {
    if (opened !== undefined) this.session.closeRequest(opened.from, opened.id);
    if (answers !== undefined && isReserved(answers.id)) this.failOwnPage(answers);
  }

  private judgeVerdict(verdict: SingleVerdict, progress: Progress): Judgement {
    switch (verdict.action) {
      case 'refuse':
      case 'drop':
        if (verdict.action === 'drop' && verdict.failed !== undefined) this.failOwnPage(verdict.failed);
        return refuseByProtocol(this.judges.auditText, verdict);
      case 'forward':
        return this.judgeForward(verdict, progress);
    }
  }

  private judgeForward(verdict: ForwardVerdict, progress: Progress): Judgement {
    const { message, opened, cancels } = verdict;
    if (message.kind === 'response') return this.judgeResponse(verdict, message);
    const call = { ...verdict, message };
    if (message.from === 'server') {
      if (message.normalizedMethod === 'notifications/tools/list_changed') this.definitions.forget();
      return this.closeRefused(this.judges.server.judgeCall(call), opened);
    }
    const judged = this.closeRefused(this.judges.client.judge(call, progress), opened);
    if (cancels !== undefined && this.held.size > 0) return this.dropCancelled(cancels, judged);
    if (judged.kind === 'forward' && opened !== undefined && message.kind === 'request')
      if (message.normalizedMethod === 'tools/list') this.definitions.asked(opened, message);
    return judged;
  }

  private closeRefused(judged: Judgement, opened: OpenRequest | undefined): Judgement {
    if (judged.kind === 'refuse' && opened !== undefined) this.session.closeRequest(opened.from, opened.id);
    return judged;
  }

  private judgeResponse(verdict: ForwardVerdict, message: ResponseMessage): Judgement {
    const { answers, edits } = verdict;
    if (message.from === 'client') {
      // The client's answer to a request that the server has open.
      const text = forwardText(message, edits);
      return { kind: 'forward', text, unconditional: true, opened: undefined, records: [], logs: [] };
    }
    if (answers === undefined || answers.normalizedMethod !== 'tools/list')
      return this.judges.server.judgeResponse(verdict, message);
    if (isReserved(answers.id)) return this.takeOwnPage(answers, message);
    const review = this.judges.lists.review(message, answers);
    const judged = this.judges.server.judgeResponse(
      { ...verdict, edits: [...edits, ...review.edits] },
      message,
    );
    const records = [...review.records, ...judged.records];
    return { ...judged, records, logs: [...review.logs, ...judged.logs] };
  }

  private failOwnPage(request: OpenRequest): void {
    if (this.listing.isCurrent(request)) this.endListing(false, this.afterwards);
  }

  private pass(from: Side, judged: Judgement, effects: Effect[]): void {
    if (judged.kind === 'hold') this.hold(judged, effects);
    else settle(this.judges.auditText, from, judged, effects);
  }

  private takeBatch(from: Side, elements: readonly SingleVerdict[], effects: Effect[]): void {
    const settled: SettledJudgement[] = [];
    for (const element of elements) {
      const judged = this.judge(element);
      if (judged.kind === 'hold') this.hold(judged, effects);
      else settled.push(judged);
    }
    settleBatch(this.judges.auditText, from, settled, effects);
  }

  private logMessage(message: Message, effects: Effect[]): void {
    const arrow = message.from === 'client' ? '→ [upstream]' : '← [downstream]';
    const method = 'method' in message ? this.judges.auditText.name(message.method) : `(${message.kind})`;
    const id = 'id' in message ? (this.judges.auditText.id(message.id) ?? '') : '';
    effects.push({ kind: 'log', text: `${arrow} method=${printable(method)} id=${printable(id)}` });
  }
}
