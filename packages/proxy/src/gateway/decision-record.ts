import type { DecisionError, ToolReason } from '@agentpolicy/engine';
import type { MessageId, NotificationMessage, RequestMessage, Side } from '@agentpolicy/message';
import type { AuditDecision, AuditDirection, DecisionRecord } from '../audit/record.ts';
import type { AuditText } from './audit-text.ts';
import { describeReason } from './log-lines.ts';

export interface DecisionFacts {
  readonly decision: AuditDecision;
  /** What was answered. */
  readonly error?: DecisionError;
  /** The tool's name, already fit for the log. */
  readonly tool?: string;
  readonly reason?: ToolReason;
}

/** Describes what was decided about a request or a notification. */
export function describeDecision(
  auditText: AuditText,
  message: RequestMessage | NotificationMessage,
  facts: DecisionFacts,
): DecisionRecord {
  const { decision, error, tool, reason } = facts;
  const isRequest = message.kind === 'request';
  const why = reason === undefined ? error?.reason : describeReason(reason);
  return {
    kind: 'decision',
    direction: directionOf(message.from),
    method: auditText.name(message.method),
    tool: tool ?? null,
    argsText: tool === undefined ? null : auditText.args(message),
    decision,
    violation: decision !== 'ALLOW',
    failedArg: reason !== undefined && 'argument' in reason ? auditText.line(reason.argument) : null,
    failedRule: reason !== undefined && 'pattern' in reason ? reason.pattern : null,
    errorCode: isRequest ? (error?.code ?? null) : null,
    reason: decision === 'ALLOW' || why === undefined ? null : auditText.line(why),
    idText: auditText.id(isRequest ? message.id : null),
  };
}

/** Describes a message that never was a decision of the policy's: it broke the rules of the protocol. */
export function describeRefusal(
  auditText: AuditText,
  from: Side,
  refusal: { readonly code: number | null; readonly reason: string; readonly id: MessageId | null },
): DecisionRecord {
  return {
    kind: 'decision',
    direction: directionOf(from),
    method: null,
    tool: null,
    argsText: null,
    decision: 'BLOCK',
    violation: true,
    failedArg: null,
    failedRule: null,
    errorCode: refusal.code,
    reason: auditText.line(refusal.reason),
    idText: auditText.id(refusal.id),
  };
}

function directionOf(from: Side): AuditDirection {
  return from === 'client' ? 'upstream' : 'downstream';
}
