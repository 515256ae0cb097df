import { AIP_ERRORS, JSON_RPC_ERRORS } from '@agentpolicy/core';
import type { DecisionError, Engine, ToolDecision } from '@agentpolicy/engine';
import {
  type ForwardVerdict,
  type FreeRetries,
  forwardText,
  type NotificationMessage,
  type RequestMessage,
  spelledName,
  type ToolCallParams,
} from '@agentpolicy/message';
import type { VirtualClock } from '../time/virtual-clock.ts';
import { type Subject, USER_DENIED, USER_TIMEOUT } from './answers.ts';
import { answerTo, describe } from './describe-judged.ts';
import type { Judged, JudgedReason } from './judgement.ts';
import { type RequestScan, scanRequest } from './request-scan.ts';
import { type Approver, simulateApproval } from './simulate-approval.ts';
import type { DefinitionCheck, ToolDefinitions } from './tool-definitions.ts';

type Call = RequestMessage | NotificationMessage;

export interface CallJudgeOptions {
  readonly engine: Engine;
  /** Null: a call that has to be approved stays an open question, decision `ASK`. */
  readonly approver: Approver | null;
  /** What approvals wait by. */
  readonly clock: VirtualClock;
  /** Null: no server stands behind the calls, and their tools are taken to be defined as the policy wants. */
  readonly definitions: ToolDefinitions | null;
  readonly retries: FreeRetries;
}

/** What is decided about a tool call, and what goes on of it. */
interface Decided extends Pick<Judged, 'decision' | 'violation' | 'reason' | 'pointer' | 'error'> {
  readonly events: Judged['events'];
  /** Null where the call goes on as it came. */
  readonly text: string | null;
}

const NO_EVENTS: Judged['events'] = [];

/** Where the policy's entries for the scanner stand. */
const DLP_POINTER = '/spec/dlp';

/** Judges what a client asks for: the method first, then the tool call. */
export class CallJudge {
  private readonly options: CallJudgeOptions;

  constructor(options: CallJudgeOptions) {
    this.options = options;
  }

  judge(verdict: ForwardVerdict, message: Call): Judged {
    const method = this.options.engine.decideMethod(message.method);
    const { call } = verdict;
    if (method.decision !== 'BLOCK' && call !== undefined) return this.judgeTool(verdict, message, call);
    const isBlocked = method.decision === 'BLOCK';
    const subject: Subject = { key: 'method', name: message.method };
    return {
      ...describe(message, null),
      decision: method.decision,
      violation: isBlocked,
      reason: { kind: isBlocked ? 'method-refused' : 'method-allowed' },
      pointer: method.pointer,
      error: method.error,
      forward: isBlocked ? null : () => forwardText(message, verdict.edits),
      answer: method.error === null ? null : answerTo(message, method.error, subject),
    };
  }

  private judgeTool(verdict: ForwardVerdict, message: Call, call: ToolCallParams): Judged {
    const { retries } = this.options;
    const decided = this.settle(this.decide(verdict, message, call));
    const passes = decided.decision === 'ALLOW';
    if (passes) retries.watch(message, verdict.opened, call);
    const { error, text } = decided;
    // Written out, not spread from a common part: a replay makes one for every call.
    return {
      from: message.from,
      subject: 'tool-call',
      decision: decided.decision,
      violation: decided.violation,
      reason: decided.reason,
      method: message.method,
      tool: call.name,
      args: call.arguments,
      id: message.kind === 'request' ? message.id : null,
      pointer: decided.pointer,
      error,
      events: decided.events,
      answers: null,
      inBatch: false,
      forward: passes ? () => text ?? forwardText(message, verdict.edits) : null,
      answer: error === null ? null : answerTo(message, error, { key: 'tool', name: call.name }),
    };
  }

  private decide(verdict: ForwardVerdict, message: Call, call: ToolCallParams): Decided {
    const { engine, retries } = this.options;
    const judged = engine.decideToolCall({
      name: call.name,
      args: call.arguments,
      free: retries.redeem(message, call),
    });
    const decided = this.checkDefinition(verdict, call, judged);
    if (decided.decision === 'BLOCK' || decided.decision === 'RATE_LIMITED' || engine.requests === null)
      return decided;
    return this.applyScan(decided, call, scanRequest(engine, verdict));
  }

  /** What the server's definition of the tool adds to a decision. */
  private checkDefinition(verdict: ForwardVerdict, call: ToolCallParams, judged: ToolDecision): Decided {
    const { definitions, engine } = this.options;
    const { decision, violation, reason, pointer, error } = judged;
    const decided = { decision, violation, reason, pointer, error, events: NO_EVENTS, text: null };
    if (definitions === null || !definitions.isNeeded || precedesDefinition(reason)) return decided;
    const check = definitions.check(spelledName(call, verdict.edits));
    if (check.kind === 'fits') return decided;
    // A proxy would ask the server for its list. What is not shown can't be verified, whatever the mode.
    const isMonitored = engine.table.policy.mode === 'monitor' && check.kind !== 'definition-unseen';
    const refused = { ...decided, violation: true, reason: check };
    if (isMonitored) return { ...refused, decision: decision === 'ASK' ? 'ASK' : 'ALLOW', error: null };
    return { ...refused, decision: 'BLOCK', error: explainDefinition(check) };
  }

  private applyScan(decided: Decided, call: ToolCallParams, scan: RequestScan): Decided {
    const { events } = scan;
    switch (scan.kind) {
      case 'pass':
        return events.length === 0 ? decided : { ...decided, events };
      case 'blocked':
        return blockedByScan(decided, events, 'request-blocked', {
          ...AIP_ERRORS.forbidden,
          reason: scan.reason,
        });
      case 'failed':
        return this.failRedaction(decided, scan);
      case 'redacted': {
        // What is left of the arguments is judged again; it is the same call, and paid for.
        const { engine } = this.options;
        const again = engine.decideToolCall({ name: call.name, args: scan.args, free: true });
        if (again.decision === 'BLOCK' || again.decision === 'RATE_LIMITED')
          return this.failRedaction(decided, {
            events,
            problem: 'without what was found, the policy does not allow the call',
          });
        const { text } = scan;
        if (decided.violation) return { ...decided, events, text };
        const { decision, violation, reason, pointer, error } = again;
        return { decision, violation, reason, pointer, error, events, text };
      }
    }
  }

  /** v1alpha2 §3.6.4: what is done where a call can't be made without what was found. */
  private failRedaction(
    decided: Decided,
    { events, problem }: { readonly events: Judged['events']; readonly problem: string },
  ): Decided {
    const onFailure = this.options.engine.table.dlp?.onRedactionFailure ?? 'block';
    if (onFailure === 'allow_original') return { ...decided, events };
    const base = onFailure === 'block' ? AIP_ERRORS.forbidden : AIP_ERRORS.redactionFailed;
    const error = { ...base, reason: `The arguments could not be redacted: ${problem}` };
    return blockedByScan(decided, events, 'request-redaction-failed', error);
  }

  /** Asks where the policy says so and somebody can be asked. */
  private settle(decided: Decided): Decided {
    const { approver, clock } = this.options;
    if (decided.decision !== 'ASK' || approver === null) return decided;
    switch (simulateApproval(approver, clock)) {
      case 'approved':
        return { ...decided, decision: 'ALLOW', reason: { kind: 'user-approved' }, error: null };
      case 'denied':
        return { ...decided, decision: 'BLOCK', reason: { kind: 'user-denied' }, error: USER_DENIED };
      case 'timeout':
        return { ...decided, decision: 'BLOCK', reason: { kind: 'user-timeout' }, error: USER_TIMEOUT };
    }
  }
}

/** What is decided before a tool's definition is looked at: its reasons stand whatever the definition is. */
function precedesDefinition({ kind }: ToolDecision['reason']): boolean {
  return kind === 'rate-limit' || kind === 'protected-path' || kind === 'denied';
}

function blockedByScan(
  decided: Decided,
  events: Judged['events'],
  kind: Extract<JudgedReason['kind'], 'request-blocked' | 'request-redaction-failed'>,
  error: DecisionError,
): Decided {
  return {
    ...decided,
    decision: 'BLOCK',
    violation: true,
    reason: { kind },
    pointer: DLP_POINTER,
    error,
    events,
  };
}

/** What a client is told. It learns no hash. */
function explainDefinition(check: Exclude<DefinitionCheck, { readonly kind: 'fits' }>): DecisionError {
  switch (check.kind) {
    case 'schema-mismatch':
      return {
        ...AIP_ERRORS.schemaMismatch,
        reason: 'The definition of the tool is not the one that the policy allows',
      };
    case 'tool-absent':
      return { ...AIP_ERRORS.forbidden, reason: 'The server does not list the tool' };
    case 'definition-unseen':
      return {
        ...JSON_RPC_ERRORS.internalError,
        reason: 'The server did not list its tools, so the definition of the tool can not be verified',
      };
  }
}
