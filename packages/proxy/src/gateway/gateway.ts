import { DEFAULT_MAX_DEPTH } from '@agentpolicy/core';
import type { Engine } from '@agentpolicy/engine';
import {
  type ConstrainedArguments,
  createSession,
  type DropVerdict,
  forwardText,
  joinBatch,
  type LineEvent,
  type Message,
  type MessageLimits,
  type OpenRequest,
  type RefuseVerdict,
  readLineMessage,
  type Session,
  type Side,
  type SingleVerdict,
} from '@agentpolicy/message';
import { printable } from '../text/printable.ts';
import { formatError, internalError, NO_SUBJECT, protocolError } from './answers.ts';
import { type AuditText, createAuditText } from './audit-text.ts';
import { ClientJudge } from './client-judge.ts';
import { describeRefusal } from './decision-record.ts';
import type { Effect, ForwardEffect } from './effects.ts';
import { FreeRetries } from './free-retries.ts';
import type { Answer, ForwardJudgement, Judgement, RefuseJudgement } from './judgement.ts';
import { ServerJudge, subjectOf } from './server-judge.ts';

export interface GatewayOptions {
  readonly engine: Engine;
  /** Log every message. */
  readonly verbose: boolean;
  /** Levels of nesting in a message; 128 unless told. */
  readonly maxDepth?: number;
}

/**
 * One connection between a client and a server, enforced. It takes each side's lines in the order of the
 * wire and tells what is to be done; it does none of it, and knows no transport.
 */
export interface Gateway {
  /** Takes the next line of a side. */
  receive(line: LineEvent, from: Side): readonly Effect[];
  /** No answer comes any more: what is open is answered with an error that gives the reason. */
  serverEnded(reason: string): readonly Effect[];
  /** What is done instead of a forward whose records can't be written. */
  readonly withdraw: (forward: ForwardEffect) => readonly Effect[];
  /** The client waits for an answer. */
  readonly hasPending: () => boolean;
}

/** Starts a connection that nothing was said on yet. */
export function createGateway(options: GatewayOptions): Gateway {
  return new ConnectionGateway(options);
}

/** A server may read far ahead of its answers: so many requests of one side may be open before one is refused. */
const MAX_OPEN = 50_000;

/** As many characters of a reason as a log line shows. */
const MAX_REASON = 400;

const AUDIT_UNAVAILABLE = internalError('audit log unavailable');

class ConnectionGateway implements Gateway {
  private readonly session: Session;
  private readonly auditText: AuditText;
  private readonly clientJudge: ClientJudge;
  private readonly serverJudge: ServerJudge;
  private readonly limits: MessageLimits;
  private readonly verbose: boolean;

  constructor({ engine, verbose, maxDepth = DEFAULT_MAX_DEPTH }: GatewayOptions) {
    const retries = new FreeRetries();
    this.auditText = createAuditText(engine);
    this.session = createSession({ maxOpen: MAX_OPEN, constrained: readConstrained(engine) });
    this.clientJudge = new ClientJudge(engine, this.auditText, retries);
    this.serverJudge = new ServerJudge(engine, this.auditText, retries, maxDepth);
    this.limits = { maxDepth };
    this.verbose = verbose;
  }

  receive(line: LineEvent, from: Side): readonly Effect[] {
    const effects: Effect[] = [];
    const message = readLineMessage(line, from, this.limits);
    if (this.verbose) this.logMessage(message, effects);
    const verdict = this.session.receive(message);
    if (verdict.action === 'batch') this.passBatch(from, verdict.elements, effects);
    else this.pass(from, this.judge(verdict), effects);
    return effects;
  }

  serverEnded(reason: string): readonly Effect[] {
    const effects: Effect[] = [];
    for (const request of this.session.openRequests('client')) {
      this.session.closeRequest('client', request.id);
      // Who has cancelled a request does not wait for it.
      if (!request.cancelled) effects.push(answer(toAsker(request, internalError(reason))));
    }
    return effects;
  }

  readonly withdraw = (forward: ForwardEffect): readonly Effect[] =>
    forward.opened.map((request) => {
      this.session.closeRequest(request.from, request.id);
      return answer(toAsker(request, AUDIT_UNAVAILABLE));
    });

  readonly hasPending = (): boolean =>
    this.session.openRequests('client').some((request) => !request.cancelled);

  private judge(verdict: SingleVerdict): Judgement {
    switch (verdict.action) {
      case 'refuse':
      case 'drop':
        return this.refuseByProtocol(verdict);
      case 'forward':
        return this.judgeForward(verdict);
    }
  }

  private judgeForward(verdict: Extract<SingleVerdict, { readonly action: 'forward' }>): Judgement {
    const { message, opened } = verdict;
    if (message.kind === 'response') {
      if (message.from === 'server') return this.serverJudge.judgeResponse(verdict, message);
      // The client's answer to a request that the server has open.
      const text = forwardText(message, verdict.edits);
      return { kind: 'forward', text, unconditional: true, opened, records: [], logs: [] };
    }
    const call = { ...verdict, message };
    const judged =
      message.from === 'client' ? this.clientJudge.judge(call) : this.serverJudge.judgeCall(call);
    if (judged.kind === 'refuse' && opened !== undefined) this.session.closeRequest(opened.from, opened.id);
    return judged;
  }

  private refuseByProtocol(verdict: RefuseVerdict | DropVerdict): RefuseJudgement {
    const { message, code } = verdict;
    const { from } = message;
    const reason = this.auditText.line(verdict.reason);
    const id = 'id' in message ? message.id : null;
    const noise = isNoise(verdict) ? message.text : null;
    const answered = verdict.action === 'refuse' ? code : null;
    const record = describeRefusal(this.auditText, from, { code: answered, reason: verdict.reason, id });
    return {
      kind: 'refuse',
      answer: protocolAnswer(verdict, reason),
      records: noise === null ? [record] : [],
      logs: noise === null ? [`REFUSED: a message of the ${from}'s: ${printable(reason, MAX_REASON)}`] : [],
      noise,
    };
  }

  private pass(from: Side, judged: Judgement, effects: Effect[]): void {
    if (judged.kind === 'forward' && !judged.unconditional) {
      for (const text of judged.logs) effects.push({ kind: 'log', text });
      const { text, records, opened } = judged;
      effects.push({
        kind: 'forward',
        to: other(from),
        text,
        records,
        opened: opened === undefined ? [] : [opened],
      });
      return;
    }
    report(judged, effects);
    if (judged.kind === 'forward') effects.push({ kind: 'send', to: other(from), text: judged.text });
    else {
      if (judged.noise !== null) effects.push({ kind: 'noise', text: this.auditText.line(judged.noise) });
      if (judged.answer !== null) effects.push(answer(judged.answer));
    }
  }

  /**
   * What may pass goes on as a batch; what its sender is told comes back as one (JSON-RPC 2.0 §6). What waits
   * for its records is not sent together with what does not.
   */
  private passBatch(from: Side, elements: readonly SingleVerdict[], effects: Effect[]): void {
    const to = other(from);
    const plain: string[] = [];
    const decided: ForwardJudgement[] = [];
    const answers: string[] = [];
    for (const element of elements) {
      const judged = this.judge(element);
      if (judged.kind === 'forward' && !judged.unconditional) {
        for (const text of judged.logs) effects.push({ kind: 'log', text });
        decided.push(judged);
      } else if (judged.kind === 'forward') {
        report(judged, effects);
        plain.push(judged.text);
      } else {
        const back = judged.answer?.to === from ? judged.answer : null;
        if (back !== null) answers.push(formatAnswer(back));
        this.pass(from, back === null ? judged : { ...judged, answer: null }, effects);
      }
    }
    if (plain.length > 0) effects.push({ kind: 'send', to, text: joinBatch(plain) });
    if (decided.length > 0) effects.push(joinForwards(to, decided));
    if (answers.length > 0) effects.push({ kind: 'send', to: from, text: joinBatch(answers) });
  }

  private logMessage(message: Message, effects: Effect[]): void {
    const arrow = message.from === 'client' ? '→ [upstream]' : '← [downstream]';
    const method = 'method' in message ? this.auditText.name(message.method) : `(${message.kind})`;
    const id = 'id' in message ? (this.auditText.id(message.id) ?? '') : '';
    effects.push({ kind: 'log', text: `${arrow} method=${printable(method)} id=${printable(id)}` });
  }
}

function other(side: Side): Side {
  return side === 'client' ? 'server' : 'client';
}

function formatAnswer({ idText, error, subject }: Answer): string {
  return formatError(idText, error, subject);
}

function answer(to: Answer): Effect {
  return { kind: 'send', to: to.to, text: formatAnswer(to) };
}

/** An error for who made a request. */
function toAsker(request: OpenRequest, error: Answer['error']): Answer {
  return { to: request.from, idText: request.id.text, error, subject: subjectOf(request) };
}

function report(judged: Judgement, effects: Effect[]): void {
  for (const text of judged.logs) effects.push({ kind: 'log', text });
  for (const record of judged.records) effects.push({ kind: 'audit', record });
}

function joinForwards(to: Side, judged: readonly ForwardJudgement[]): ForwardEffect {
  return {
    kind: 'forward',
    to,
    text: joinBatch(judged.map((each) => each.text)),
    records: judged.flatMap((each) => each.records),
    opened: judged.flatMap((each) => (each.opened === undefined ? [] : [each.opened])),
  };
}

/** The answer to a message that the protocol does not allow, or to the request that lost its answer by it. */
function protocolAnswer(verdict: RefuseVerdict | DropVerdict, reason: string): Answer | null {
  if (verdict.action === 'refuse') {
    const error = protocolError(verdict.code, reason);
    return { to: verdict.message.from, idText: verdict.id?.text ?? null, error, subject: NO_SUBJECT };
  }
  if (verdict.failed === undefined) return null;
  return toAsker(
    verdict.failed,
    internalError(`The ${verdict.message.from}'s answer was refused: ${reason}`),
  );
}

/** Output of the server that was never meant to be a message. */
function isNoise(verdict: RefuseVerdict | DropVerdict): boolean {
  const { message } = verdict;
  return (
    verdict.action === 'drop' &&
    verdict.failed === undefined &&
    message.kind === 'invalid' &&
    message.from === 'server' &&
    message.shape === 'unknown' &&
    message.id === null
  );
}

/** The arguments that each tool's rule constrains, by the tool's normalized name. */
function readConstrained({ table }: Engine): ConstrainedArguments {
  const names = new Map(
    table.tools.map((tool) => [
      tool.name,
      (table.rows[tool.row]?.args ?? []).map((argument) => argument.name),
    ]),
  );
  return (normalizedName) => names.get(normalizedName) ?? [];
}
