import { type JsonObject, readJson } from '@agentpolicy/core';
import type { Engine, MessageScan, ToolDecision } from '@agentpolicy/engine';
import {
  createSession,
  escapeSeparators,
  type ForwardVerdict,
  forwardText,
  joinBatch,
  type Message,
  type MessageId,
  type NotificationMessage,
  type RequestMessage,
  type ResponseMessage,
  readInputRequests,
  type Session,
  type Side,
  type SingleVerdict,
  type ToolCallParams,
} from '@agentpolicy/message';
import type { VirtualClock } from '../time/virtual-clock.ts';
import {
  methodDenied,
  protocolError,
  REDACTION_FAILED,
  type Subject,
  USER_DENIED,
  USER_TIMEOUT,
} from './answers.ts';
import {
  answerAsker,
  answerPassed,
  answerTo,
  blocked,
  describe,
  linesOf,
  redactionFailed,
  refusedByProtocol,
  toolOf,
} from './describe-judged.ts';
import type { Judged, JudgedReason } from './judgement.ts';
import { PaidRetries } from './paid-retries.ts';
import { type Approver, simulateApproval } from './simulate-approval.ts';

export interface ConnectionOptions {
  readonly engine: Engine;
  /** Null: a call that has to be approved stays an open question, decision `ASK`. */
  readonly approver: Approver | null;
  /** What approvals wait by. */
  readonly clock: VirtualClock;
}

/** A connection that nothing is sent over: it decides about each message as the proxy would. */
export interface Connection {
  /** What became of the message; of a batch, what became of each message in it. */
  receive(message: Message): readonly Judged[];
  /** A request of the client's was answered in a way that no message tells. */
  close(request: MessageId): void;
}

type Call = RequestMessage | NotificationMessage;

/** Starts a connection that nothing was said on yet. */
export function createConnection(options: ConnectionOptions): Connection {
  return new JudgedConnection(options);
}

/** The lines that reach a side because of a message: what is left of a batch goes on as a batch. */
export function listLines(judged: readonly Judged[], side: Side): readonly string[] {
  const lines = judged.flatMap((each) => linesOf(each, side));
  return lines.length > 0 && judged.every((each) => each.inBatch) ? [joinBatch(lines)] : lines;
}

/** The arguments that the policy constrains, by the tool's normalized name. */
function listConstrained({ table }: Engine): (tool: string) => readonly string[] {
  const byTool = new Map(
    table.tools.map((tool) => [tool.name, table.rows[tool.row]?.args.map((arg) => arg.name) ?? []]),
  );
  return (tool) => byTool.get(tool) ?? [];
}

class JudgedConnection implements Connection {
  private readonly engine: Engine;
  private readonly approver: Approver | null;
  private readonly clock: VirtualClock;
  private readonly session: Session;
  private readonly denied: ReadonlySet<string>;
  private readonly retries = new PaidRetries();

  constructor({ engine, approver, clock }: ConnectionOptions) {
    this.engine = engine;
    this.approver = approver;
    this.clock = clock;
    this.session = createSession({ constrained: listConstrained(engine) });
    this.denied = new Set(engine.table.methods.denied.map((method) => method.name));
  }

  receive(message: Message): readonly Judged[] {
    const verdict = this.session.receive(message);
    if (verdict.action !== 'batch') return [this.judge(verdict)];
    return verdict.elements.map((element) => ({ ...this.judge(element), inBatch: true }));
  }

  close(request: MessageId): void {
    this.session.closeRequest('client', request);
  }

  private judge(verdict: SingleVerdict): Judged {
    if (verdict.action !== 'forward') return refusedByProtocol(verdict);
    const { message } = verdict;
    if (message.kind === 'response')
      return message.from === 'server'
        ? this.judgeServerAnswer(verdict, message)
        : answerPassed(verdict, message, [], () => forwardText(message, verdict.edits));
    const judged =
      message.from === 'client'
        ? this.judgeClientCall(verdict, message)
        : this.judgeServerCall(verdict, message);
    if (judged.forward === null && judged.decision !== 'ASK' && verdict.opened !== undefined)
      this.session.closeRequest(message.from, verdict.opened.id);
    return judged;
  }

  private judgeClientCall(verdict: ForwardVerdict, message: Call): Judged {
    const method = this.engine.decideMethod(message.method);
    const { call } = verdict;
    if (method.decision === 'BLOCK' || call === undefined) {
      const blocked = method.decision === 'BLOCK';
      const subject: Subject = { key: 'method', name: message.method };
      return {
        ...describe(message, null),
        decision: method.decision,
        violation: blocked,
        reason: { kind: blocked ? 'method-refused' : 'method-allowed' },
        pointer: method.pointer,
        error: method.error,
        forward: blocked ? null : () => forwardText(message, verdict.edits),
        answer: method.error === null ? null : answerTo(message, method.error, subject),
      };
    }
    return this.judgeToolCall(verdict, message, call);
  }

  private judgeToolCall(verdict: ForwardVerdict, message: Call, call: ToolCallParams): Judged {
    const decision = this.engine.decideToolCall({
      name: call.name,
      args: call.arguments,
      free: this.retries.redeem(message, call),
    });
    const settled = this.settle(decision);
    const passes = settled.decision === 'ALLOW';
    if (passes) this.retries.watch(message, call);
    const { error } = settled;
    // Written out, not spread from a common part: a replay makes one for every call.
    return {
      from: message.from,
      subject: 'tool-call',
      decision: settled.decision,
      violation: decision.violation,
      reason: settled.reason,
      method: message.method,
      tool: call.name,
      args: call.arguments,
      id: message.kind === 'request' ? message.id : null,
      pointer: decision.pointer,
      error,
      events: [],
      answers: null,
      inBatch: false,
      forward: passes ? () => forwardText(message, verdict.edits) : null,
      answer: error === null ? null : answerTo(message, error, { key: 'tool', name: call.name }),
    };
  }

  /** Asks where the policy says so and somebody can be asked. */
  private settle(decision: ToolDecision): Pick<Judged, 'decision' | 'reason' | 'error'> {
    if (decision.decision !== 'ASK' || this.approver === null) return decision;
    switch (simulateApproval(this.approver, this.clock)) {
      case 'approved':
        return { decision: 'ALLOW', reason: { kind: 'user-approved' }, error: null };
      case 'denied':
        return { decision: 'BLOCK', reason: { kind: 'user-denied' }, error: USER_DENIED };
      case 'timeout':
        return { decision: 'BLOCK', reason: { kind: 'user-timeout' }, error: USER_TIMEOUT };
    }
  }

  /** Requests of the server's are bound by `denied_methods` only; everything is scanned. */
  private judgeServerCall(verdict: ForwardVerdict, message: Call): Judged {
    const base = describe(message, null);
    const subject: Subject = { key: 'method', name: message.method };
    if (message.kind === 'request' && this.denied.has(message.normalizedMethod)) {
      const error = methodDenied(message.method);
      const { pointer } = this.engine.decideMethod(message.method);
      const reason: JudgedReason = { kind: 'method-refused' };
      const answer = answerTo(message, error, subject);
      return { ...base, decision: 'BLOCK', violation: true, reason, pointer, error, answer };
    }
    const scan = this.scan(verdict);
    if (scan.text === null)
      return { ...base, ...redactionFailed(scan), answer: answerTo(message, REDACTION_FAILED, subject) };
    return { ...base, events: scan.events, forward: scan.text };
  }

  private judgeServerAnswer(verdict: ForwardVerdict, message: ResponseMessage): Judged {
    const { answers } = verdict;
    const result = message.outcome.kind === 'result' ? message.outcome.value : null;
    const inputs = result === null ? undefined : readInputRequests(result);
    const denied =
      inputs?.ok === true
        ? inputs.requests.find((each) => this.denied.has(each.normalizedMethod))
        : undefined;
    if (inputs?.ok === false || denied !== undefined) {
      const error =
        denied === undefined
          ? protocolError(-32603, inputs?.ok === false ? inputs.reason : '')
          : methodDenied(denied.method);
      const subject: Subject =
        denied === undefined ? toolOf(verdict) : { key: 'method', name: denied.method };
      if (answers !== undefined) this.retries.answered(answers, null);
      const answer = answerAsker(verdict, error, subject);
      return { ...answerPassed(verdict, message, []), ...blocked({ kind: 'method-refused' }, error), answer };
    }
    if (answers !== undefined) this.retries.answered(answers, result);
    const scan = this.scan(verdict);
    const passed = answerPassed(verdict, message, scan.events, scan.text);
    if (scan.text !== null) return passed;
    const answer = answerAsker(verdict, REDACTION_FAILED, toolOf(verdict));
    return { ...passed, ...redactionFailed(scan), answer };
  }

  /** The text that goes on; null where the scanner refuses the message. */
  private scan({ message, edits }: ForwardVerdict): {
    readonly text: (() => string) | null;
    readonly events: MessageScan['events'];
  } {
    const scanner = this.engine.responses;
    if (scanner === null) return { text: () => forwardText(message, edits), events: [] };
    const source = applySpelling(message, edits);
    if (source === null) return { text: null, events: [] };
    const scan = scanner.scanMessage(source.root, source.text);
    switch (scan.kind) {
      case 'clean':
        return { text: () => escapeSeparators(source.text), events: scan.events };
      case 'redacted':
        return { text: () => escapeSeparators(scan.text), events: scan.events };
      case 'refused':
        return { text: null, events: scan.events };
    }
  }
}

/** What is scanned is what is sent: the message with its spelling mended. */
function applySpelling(
  message: ForwardVerdict['message'],
  edits: ForwardVerdict['edits'],
): { readonly root: JsonObject; readonly text: string } | null {
  if (edits.length === 0) return message;
  const text = forwardText(message, edits);
  const read = readJson(text, { maxDepth: Number.MAX_SAFE_INTEGER });
  return read.ok && read.value.kind === 'object' ? { root: read.value, text } : null;
}
