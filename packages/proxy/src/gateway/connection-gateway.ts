import { DEFAULT_MAX_DEPTH, normalizeName } from '@agentpolicy/core';
import type { Engine } from '@agentpolicy/engine';
import {
  createSession,
  type ForwardVerdict,
  FreeRetries,
  forwardText,
  isReserved,
  type LineEvent,
  type Message,
  type MessageLimits,
  type OpenRequest,
  type ResponseMessage,
  readLineMessage,
  refuseReserved,
  type Session,
  type Side,
  type SingleVerdict,
} from '@agentpolicy/message';
import { ObservedSession } from '../observe/observed-session.ts';
import { printable } from '../text/printable.ts';
import { internalError } from './answers.ts';
import type { AskedRetry } from './client-approval/client-questions.ts';
import type { Effect, ForwardEffect } from './effects.ts';
import type { ApprovalOutcome, Gateway, GatewayOptions } from './gateway.ts';
import {
  APPROVED_RETRY,
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
import { refuseUnjudged } from './unjudged.ts';
import { WaitingCalls } from './waiting-calls.ts';

/** A server may read far ahead of its answers: so many requests of one side may be open before one is refused. */
const MAX_OPEN = 50_000;

const AUDIT_UNAVAILABLE = internalError('audit log unavailable');

/** The gateway of one connection: who is asked about what, and what waits for whom. */
export class ConnectionGateway implements Gateway {
  private readonly options: GatewayOptions;
  private readonly session: Session;
  private readonly observed: ObservedSession | null;
  private readonly limits: Required<Pick<MessageLimits, 'maxDepth'>>;
  private readonly retries: FreeRetries;
  private readonly definitions: DefinitionGuard;
  private readonly waiting: WaitingCalls;
  private readonly timeouts: RequestTimeouts | null;
  private judges: Judges;

  constructor(options: GatewayOptions) {
    this.options = options;
    this.limits = { maxDepth: options.maxDepth ?? DEFAULT_MAX_DEPTH };
    this.retries = new FreeRetries(options.askedCalls);
    this.definitions = new DefinitionGuard(options.engine.table, options.pins ?? null);
    this.judges = this.makeJudges(options.engine);
    this.timeouts = options.requestTimeout === undefined ? null : new RequestTimeouts(options.requestTimeout);
    const session = createSession({
      maxOpen: MAX_OPEN,
      constrained: (name) => this.judges.constrained(name),
    });
    this.observed = this.observe(session);
    this.session = this.observed ?? session;
    const host = {
      session: this.session,
      definitions: this.definitions,
      limits: this.limits,
      judges: () => this.judges,
      resume: (call: HoldJudgement, effects: Effect[]) => this.resume(call, effects),
    };
    this.waiting = new WaitingCalls(host, options.askClient);
  }

  private observe(session: Session): ObservedSession | null {
    const { observer } = this.options;
    if (observer === undefined) return null;
    return new ObservedSession(session, {
      ...observer,
      describeTool: (name) => ({
        name: this.judges.auditText.name(name),
        isInPolicy: this.judges.names(normalizeName(name)),
      }),
      describeId: (id) => this.judges.auditText.id(id) ?? 'null',
    });
  }

  private makeJudges(engine: Engine): Judges {
    const { filterTools = false, denyAs = 'error', askClient } = this.options;
    const { retries, definitions } = this;
    const { maxDepth } = this.limits;
    const canAsk = this.options.canAsk === true || askClient !== undefined;
    const denyAsResult = denyAs === 'result';
    return makeJudges({ engine, retries, definitions, maxDepth, canAsk, denyAsResult, filterTools });
  }

  receive(line: LineEvent, from: Side): readonly Effect[] {
    const effects: Effect[] = [];
    const message = refuseReserved(readLineMessage(line, from, this.limits));
    if (this.options.verbose) effects.push({ kind: 'log', text: this.describeMessage(message) });
    const retry = this.waiting.client?.takeRetry(message, this.judges.policyHash) ?? null;
    const verdict = this.session.receive(retry?.message ?? message);
    if (verdict.action === 'batch') this.takeBatch(from, verdict.elements, effects);
    else this.take(from, verdict, effects, () => this.judgeFirst(verdict, retry));
    return this.finish(effects);
  }

  answerQuestion(key: number, outcome: ApprovalOutcome): readonly Effect[] {
    const effects: Effect[] = [];
    this.waiting.answer(key, outcome, effects);
    return this.finish(effects);
  }

  tick(now: number): readonly Effect[] {
    const effects: Effect[] = [];
    this.waiting.tick(now, effects);
    for (const request of this.timeouts?.findExpired(this.session.openRequests('client'), now) ?? []) {
      if (isReserved(request.id) || this.waiting.find(request) !== undefined) continue;
      this.session.closeRequest('client', request.id);
      effects.push(...expire(request, this.options.requestTimeout ?? 0));
    }
    return this.finish(effects);
  }

  replaceEngine(engine: Engine): void {
    this.definitions.replaceTable(engine.table);
    this.judges = this.makeJudges(engine);
  }

  clientEnded(): readonly Effect[] {
    const effects: Effect[] = [];
    this.waiting.clientEnded(effects);
    return this.finish(effects);
  }

  serverEnded(reason: string): readonly Effect[] {
    const effects: Effect[] = [];
    this.waiting.serverEnded(effects);
    for (const request of this.session.openRequests('client')) {
      this.session.closeRequest('client', request.id);
      // Who has cancelled a request does not wait for it.
      if (!request.cancelled && !isReserved(request.id))
        effects.push(answer(toAsker(request, internalError(reason))));
    }
    return this.finish(effects);
  }

  readonly withdraw = (forward: ForwardEffect): readonly Effect[] =>
    forward.opened.map((request) => {
      this.session.closeRequest(request.from, request.id);
      return answer(toAsker(request, AUDIT_UNAVAILABLE));
    });

  readonly hasPending = (): boolean =>
    this.session.openRequests('client').some((request) => !request.cancelled && !isReserved(request.id));

  readonly isListing = (): boolean => this.waiting.isListing;

  private finish(effects: Effect[]): readonly Effect[] {
    this.waiting.finish(effects);
    this.observed?.settle(effects);
    return effects;
  }

  /** Judges a call again that was held. Its place among the open requests is taken anew. */
  private resume(call: HoldJudgement, effects: Effect[]): void {
    this.session.closeRequest('client', call.opened.id);
    const verdict = this.session.receive(call.message);
    if (verdict.action !== 'batch')
      this.take('client', verdict, effects, () => this.judge(verdict, call.progress));
  }

  /** Tells what is to be done about a message. One on which that fails is refused; the others go on. */
  private take(from: Side, verdict: SingleVerdict, effects: Effect[], judge: () => Judgement): void {
    const before = effects.length;
    try {
      const judged = judge();
      if (judged.kind === 'hold') this.waiting.hold(judged, effects);
      else settle(this.judges.auditText, from, judged, effects);
    } catch (cause) {
      effects.length = before;
      settle(this.judges.auditText, from, this.refuseFailed(verdict, cause), effects);
    }
  }

  /** A call that comes back with what the user said to the proxy's question has that behind it, or is refused. */
  private judgeFirst(verdict: SingleVerdict, retry: AskedRetry | null): Judgement {
    if (retry === null || verdict.action !== 'forward') return this.judge(verdict);
    if (retry.error === null) return this.judge(verdict, APPROVED_RETRY);
    const tool = verdict.call?.name ?? '';
    const refused = this.judges.client.outcomes.refuseHeld(retry.message, tool, retry.error);
    return this.closeRefused(refused, verdict.opened);
  }

  /** A message that can't be judged is refused; the others go on. */
  private judge(verdict: SingleVerdict, progress: Progress = NO_PROGRESS): Judgement {
    try {
      return this.judgeVerdict(verdict, progress);
    } catch (cause) {
      return this.refuseFailed(verdict, cause);
    }
  }

  private refuseFailed(verdict: SingleVerdict, cause: unknown): SettledJudgement {
    if (verdict.action === 'forward') {
      const { opened, answers } = verdict;
      if (opened !== undefined) {
        this.session.closeRequest(opened.from, opened.id);
        this.waiting.forget(opened);
      }
      if (answers !== undefined && isReserved(answers.id)) this.waiting.takeOwnAnswer(answers, null);
    }
    return refuseUnjudged(verdict, cause);
  }

  private judgeVerdict(verdict: SingleVerdict, progress: Progress): Judgement {
    switch (verdict.action) {
      case 'refuse':
      case 'drop':
        if (verdict.action === 'drop' && verdict.failed !== undefined && isReserved(verdict.failed.id))
          this.waiting.takeOwnAnswer(verdict.failed, null);
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
    if (cancels !== undefined && this.waiting.size > 0) return this.waiting.dropCancelled(cancels, judged);
    if (judged.kind === 'forward' && opened !== undefined && message.kind === 'request') {
      if (message.normalizedMethod === 'tools/list') this.definitions.asked(opened, message);
      if (message.normalizedMethod === 'initialize') this.waiting.client?.learn(message);
    }
    return judged;
  }

  private closeRefused(judged: Judgement, opened: OpenRequest | undefined): Judgement {
    if (judged.kind === 'refuse' && opened !== undefined) this.session.closeRequest(opened.from, opened.id);
    return judged;
  }

  private judgeResponse(verdict: ForwardVerdict, message: ResponseMessage): Judgement {
    const { answers, edits } = verdict;
    if (answers !== undefined && isReserved(answers.id)) return this.waiting.takeOwnAnswer(answers, message);
    if (message.from === 'client') {
      // The client's answer to a request that the server has open.
      const text = forwardText(message, edits);
      return { kind: 'forward', text, unconditional: true, opened: undefined, records: [], logs: [] };
    }
    if (answers === undefined || answers.normalizedMethod !== 'tools/list')
      return this.judges.server.judgeResponse(verdict, message);
    const review = this.judges.lists.review(message, answers);
    const judged = this.judges.server.judgeResponse(
      { ...verdict, edits: [...edits, ...review.edits] },
      message,
    );
    const records = [...review.records, ...judged.records];
    return { ...judged, records, logs: [...review.logs, ...judged.logs] };
  }

  private takeBatch(from: Side, elements: readonly SingleVerdict[], effects: Effect[]): void {
    const settled: SettledJudgement[] = [];
    for (const element of elements) {
      const judged = this.judge(element);
      if (judged.kind === 'hold') this.take(from, element, effects, () => judged);
      else settled.push(judged);
    }
    settleBatch(this.judges.auditText, from, settled, effects);
  }

  private describeMessage(message: Message): string {
    const arrow = message.from === 'client' ? '→ [upstream]' : '← [downstream]';
    const { auditText } = this.judges;
    try {
      const method = 'method' in message ? auditText.name(message.method) : `(${message.kind})`;
      const id = 'id' in message ? (auditText.id(message.id) ?? '') : '';
      return `${arrow} method=${printable(method)} id=${printable(id)}`;
    } catch {
      return `${arrow} a message that can not be shown`;
    }
  }
}
