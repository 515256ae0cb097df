import type { DecisionError } from '@agentpolicy/engine';
import {
  type MessageLimits,
  type OpenRequest,
  type ResponseMessage,
  readMessage,
  type Session,
} from '@agentpolicy/message';
import {
  internalError,
  LIST_UNAVAILABLE,
  NOBODY_TO_ASK,
  TOO_MANY_QUESTIONS,
  USER_DENIED,
  USER_TIMEOUT,
} from './answers.ts';
import { type AskClientOptions, ClientQuestions } from './client-approval/client-questions.ts';
import type { Effect } from './effects.ts';
import type { ApprovalOutcome } from './gateway.ts';
import { type HeldCall, HeldCalls } from './held-calls.ts';
import type { HoldJudgement, Judgement, SettledJudgement } from './judgement.ts';
import type { Judges } from './judges.ts';
import { settle } from './settle.ts';
import type { DefinitionGuard } from './tools/definition-guard.ts';
import { OwnListing } from './tools/own-listing.ts';
import { refuseUnjudgedCall } from './unjudged.ts';

/** The server has so long, in milliseconds, to list its tools to the proxy. */
const LISTING_TIMEOUT = 10_000;

const TOO_MANY_HELD = internalError('too many calls wait to be decided');

const CANCELLED = internalError('The client cancelled the call before it was decided');

const APPROVAL_ERRORS = {
  denied: USER_DENIED,
  timeout: USER_TIMEOUT,
  nobody: NOBODY_TO_ASK,
  'too-many': TOO_MANY_QUESTIONS,
} as const satisfies Record<Exclude<ApprovalOutcome, 'approved'>, DecisionError>;

/** What the calls that wait need of the gateway that they wait in. */
export interface WaitingHost {
  readonly session: Session;
  readonly definitions: DefinitionGuard;
  readonly limits: MessageLimits;
  /** Those in force. */
  readonly judges: () => Judges;
  /** Judges a call anew that waited, and tells what is to be done. */
  readonly resume: (call: HoldJudgement, effects: Effect[]) => void;
}

/** The calls that can't be decided yet: what they wait for is asked for here, and comes back here. */
export class WaitingCalls {
  /** Asks the client itself; null where others are asked. */
  readonly client: ClientQuestions | null;
  private readonly host: WaitingHost;
  private readonly held = new HeldCalls();
  private readonly listing = new OwnListing();
  /** What is done after the effects of the message that is being judged. */
  private afterwards: ((effects: Effect[]) => void)[] = [];

  constructor(host: WaitingHost, askClient: AskClientOptions | undefined) {
    this.host = host;
    this.client = askClient === undefined ? null : new ClientQuestions(askClient, host.session, host.limits);
  }

  get size(): number {
    return this.held.size;
  }

  get isListing(): boolean {
    return this.listing.isRunning && this.held.size > 0;
  }

  find(request: OpenRequest): HeldCall | undefined {
    return this.held.find(request);
  }

  /** A call that was answered although it was kept. */
  forget(request: OpenRequest): void {
    const held = this.held.find(request);
    if (held !== undefined) this.held.take(held.key);
  }

  hold(call: HoldJudgement, effects: Effect[]): void {
    for (const text of call.logs) effects.push({ kind: 'log', text });
    const key = this.held.add(call);
    if (key === null) {
      this.refuse(call, TOO_MANY_HELD, effects);
      return;
    }
    // The server was not sent the call: it may not answer it.
    this.host.session.withholdRequest('client', call.opened.id);
    switch (call.awaits.kind) {
      case 'approval':
        this.ask(key, call, call.awaits, effects);
        return;
      case 'definition':
        if (this.listing.isRunning) return;
        effects.push({ kind: 'log', text: 'Listing the tools of the server to verify their definitions' });
        this.askForList(this.listing.begin(call.message), effects);
    }
  }

  /** Takes the answer to a question, once. */
  answer(key: number, outcome: ApprovalOutcome, effects: Effect[]): void {
    const call = this.held.take(key);
    if (call === undefined) return;
    if (outcome === 'approved') this.host.resume(call, effects);
    else this.refuse(call, APPROVAL_ERRORS[outcome], effects);
  }

  tick(now: number, effects: Effect[]): void {
    if (this.listing.isLate(now, LISTING_TIMEOUT)) this.endListing(false, effects);
    for (const key of this.client?.findLate(now) ?? []) {
      this.closeQuestion(key, 'nobody answered in time', effects);
      this.answer(key, 'timeout', effects);
    }
  }

  /**
   * What a side said to a request of the proxy's own; null for an answer that could not be used. Nothing of it goes
   * to the other side.
   */
  takeOwnAnswer(request: OpenRequest, message: ResponseMessage | null): Judgement {
    const said = this.client?.takeAnswer(request, message);
    if (said !== undefined) {
      this.afterwards.push((effects) => this.answer(said.key, said.outcome, effects));
      return { kind: 'refuse', answer: null, records: [], logs: [], noise: null };
    }
    if (message === null) {
      if (this.listing.isCurrent(request)) this.afterwards.push((effects) => this.endListing(false, effects));
      return { kind: 'refuse', answer: null, records: [], logs: [], noise: null };
    }
    const { records, logs } = this.host.judges().lists.review(message, request);
    if (this.listing.isCurrent(request)) this.afterwards.push((effects) => this.takePage(message, effects));
    return { kind: 'refuse', answer: null, records, logs, noise: null };
  }

  /** The client gives up a call that the server never saw; it must not see the cancellation either. */
  dropCancelled(request: OpenRequest, judged: Judgement): Judgement {
    const held = this.held.find(request);
    if (held === undefined || judged.kind === 'hold') return judged;
    this.held.take(held.key);
    this.host.session.closeRequest('client', request.id);
    if (held.call.awaits.kind === 'approval')
      this.afterwards.push((effects) =>
        this.closeQuestion(held.key, 'the client cancelled the call', effects),
      );
    const gone = this.host.judges().client.outcomes.refuseHeld(held.call.message, held.call.tool, CANCELLED);
    const records = [...judged.records, ...gone.records];
    return { kind: 'refuse', answer: null, records, logs: [...judged.logs, ...gone.logs], noise: null };
  }

  clientEnded(effects: Effect[]): void {
    for (const { key, call } of this.held.list('approval')) {
      this.held.take(key);
      this.closeQuestion(key, 'the client is gone', effects);
      this.refuse(call, USER_DENIED, effects);
    }
  }

  /** The calls themselves are answered with all others that are open. */
  serverEnded(effects: Effect[]): void {
    for (const { key } of this.held.list('approval')) this.closeQuestion(key, 'the server is gone', effects);
    for (const { key } of [...this.held.list('approval'), ...this.held.list('definition')])
      this.held.take(key);
  }

  /** What follows from the message that was judged. */
  finish(effects: Effect[]): void {
    while (this.afterwards.length > 0) {
      const more = this.afterwards;
      this.afterwards = [];
      for (const act of more) act(effects);
    }
  }

  private refuse(call: HoldJudgement, error: DecisionError, effects: Effect[]): void {
    this.host.session.closeRequest('client', call.opened.id);
    const { auditText, client } = this.host.judges();
    let refused: SettledJudgement;
    try {
      refused = client.outcomes.refuseHeld(call.message, call.tool, error);
    } catch (cause) {
      refused = refuseUnjudgedCall(call.message, cause);
    }
    settle(auditText, 'client', refused, effects);
  }

  private ask(
    key: number,
    call: HoldJudgement,
    { question, record }: Extract<HoldJudgement['awaits'], { readonly kind: 'approval' }>,
    effects: Effect[],
  ): void {
    if (this.client === null) {
      effects.push({ kind: 'audit', record }, { kind: 'ask', question: { key, ...question } });
      return;
    }
    const asked = this.client.ask(key, call.message, question, this.host.judges().policyHash);
    if (asked.kind === 'refused') {
      this.answer(key, asked.outcome, effects);
      return;
    }
    effects.push({ kind: 'audit', record }, { kind: 'send', to: 'client', text: asked.text });
    if (asked.kind === 'sent') return;
    this.held.take(key);
    this.host.session.closeRequest('client', call.opened.id);
  }

  private closeQuestion(key: number, reason: string, effects: Effect[]): void {
    if (this.client === null) {
      effects.push({ kind: 'close-question', key, reason });
      return;
    }
    const text = this.client.close(key);
    if (text !== null) effects.push({ kind: 'send', to: 'client', text });
  }

  private askForList(text: string, effects: Effect[]): void {
    const message = readMessage(text, 'client', this.host.limits);
    const verdict = this.host.session.receive(message);
    if (message.kind !== 'request' || verdict.action !== 'forward' || verdict.opened === undefined) {
      this.endListing(false, effects);
      return;
    }
    this.listing.opened(verdict.opened);
    this.host.definitions.asked(verdict.opened, message);
    effects.push({ kind: 'send', to: 'server', text });
  }

  private takePage({ outcome, text }: ResponseMessage, effects: Effect[]): void {
    const next = outcome.kind === 'result' ? this.listing.proceed(outcome.value, text) : null;
    if (next !== null) this.askForList(next, effects);
    else this.endListing(outcome.kind === 'result', effects);
  }

  /** Calls that waited for the list are judged again; where it did not come, they are refused. */
  private endListing(succeeded: boolean, effects: Effect[]): void {
    this.listing.end();
    for (const { key, call } of this.held.list('definition')) {
      this.held.take(key);
      if (succeeded) this.host.resume(call, effects);
      else this.refuse(call, LIST_UNAVAILABLE, effects);
    }
  }
}
