import type { DecisionError, Engine, ToolDecision } from '@agentpolicy/engine';
import {
  type ForwardVerdict,
  forwardText,
  type NotificationMessage,
  type RequestMessage,
  type ToolCallParams,
} from '@agentpolicy/message';
import { printable, quotePrintable } from '../text/printable.ts';
import { internalError, NOBODY_TO_ASK, type Subject } from './answers.ts';
import type { AuditText } from './audit-text.ts';
import { describeDecision } from './decision-record.ts';
import type { FreeRetries } from './free-retries.ts';
import type { ForwardJudgement, Judgement } from './judgement.ts';
import { describeToolDecision } from './log-lines.ts';

type Call = RequestMessage | NotificationMessage;

/** A request or notification that the protocol permits. */
export type CallVerdict = ForwardVerdict & { readonly message: Call };

/** Judges what a client asks for: the method first, then the tool call. */
export class ClientJudge {
  private readonly engine: Engine;
  private readonly auditText: AuditText;
  private readonly retries: FreeRetries;

  constructor(engine: Engine, auditText: AuditText, retries: FreeRetries) {
    this.engine = engine;
    this.auditText = auditText;
    this.retries = retries;
  }

  judge(verdict: CallVerdict): Judgement {
    const { message, call } = verdict;
    const method = this.engine.decideMethod(message.method);
    if (method.decision === 'BLOCK') return this.refuseMethod(message, method.error);
    if (call !== undefined) return this.judgeTool(verdict, call);
    if (method.isToolCall) return this.refuseMethod(message, internalError('The call can not be read'));
    const record = describeDecision(this.auditText, message, { decision: 'ALLOW' });
    return forward(verdict, [record], []);
  }

  private refuseMethod(message: Call, decided: DecisionError | null): Judgement {
    const error = decided ?? internalError('The method is refused by the policy');
    const shown = quotePrintable(this.auditText.name(message.method));
    return this.refuse(
      message,
      error,
      { kind: 'method', name: message.method },
      describeDecision(this.auditText, message, { decision: 'BLOCK', error }),
      [`BLOCKED_METHOD: Method ${shown} not allowed by policy`],
    );
  }

  private judgeTool(verdict: CallVerdict, call: ToolCallParams): Judgement {
    const { message } = verdict;
    const decision = this.engine.decideToolCall({
      name: call.name,
      args: call.arguments,
      free: this.retries.redeem(message, call),
    });
    const tool = this.auditText.name(call.name);
    const logs = [
      `Tool call intercepted: ${printable(tool)}`,
      this.auditText.line(describeToolDecision(tool, decision)),
    ];
    const error = errorOf(decision);
    const record = describeDecision(this.auditText, message, {
      decision: auditDecision(decision),
      tool,
      reason: decision.reason,
      ...(error === null ? {} : { error }),
    });
    if (error !== null) return this.refuse(message, error, { kind: 'tool', name: call.name }, record, logs);
    this.retries.watch(verdict, call);
    return forward(verdict, [record], logs);
  }

  private refuse(
    message: Call,
    error: DecisionError,
    subject: Subject,
    record: ReturnType<typeof describeDecision>,
    logs: readonly string[],
  ): Judgement {
    return {
      kind: 'refuse',
      answer: message.kind === 'request' ? { to: 'client', idText: message.id.text, error, subject } : null,
      records: [record],
      logs,
      noise: null,
    };
  }
}

function forward(
  verdict: CallVerdict,
  records: ForwardJudgement['records'],
  logs: readonly string[],
): ForwardJudgement {
  return {
    kind: 'forward',
    text: forwardText(verdict.message, verdict.edits),
    unconditional: false,
    opened: verdict.opened,
    records,
    logs,
  };
}

/** What is answered to a decision; null where the call is let through. */
function errorOf(decision: ToolDecision): DecisionError | null {
  switch (decision.decision) {
    case 'ALLOW':
      return null;
    case 'ASK':
      return NOBODY_TO_ASK;
    case 'BLOCK':
    case 'RATE_LIMITED':
      return decision.error ?? internalError('The call is refused by the policy');
  }
}

function auditDecision(decision: ToolDecision): 'ALLOW' | 'ALLOW_MONITOR' | 'BLOCK' | 'RATE_LIMITED' {
  switch (decision.decision) {
    case 'ALLOW':
      return decision.violation ? 'ALLOW_MONITOR' : 'ALLOW';
    case 'ASK':
    case 'BLOCK':
      return 'BLOCK';
    case 'RATE_LIMITED':
      return 'RATE_LIMITED';
  }
}
