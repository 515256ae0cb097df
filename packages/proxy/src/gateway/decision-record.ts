import type { DecisionError, DlpEvent } from '@agentpolicy/engine';
import type { MessageId, NotificationMessage, RequestMessage, Side } from '@agentpolicy/message';
import type {
  AuditDecision,
  AuditDirection,
  AuditRecord,
  DecisionRecord,
  RedactionFailure,
} from '../audit/record.ts';
import type { AuditText } from './audit-text.ts';
import type { CallReason } from './call-decision.ts';
import type { QuestionFacts } from './judgement.ts';
import { describeReason } from './log-lines.ts';

export interface DecisionFacts {
  readonly decision: AuditDecision;
  /** What was answered. */
  readonly error?: DecisionError;
  /** The tool's name, already fit for the log. */
  readonly tool?: string;
  readonly reason?: CallReason;
  /** What else there is to say: what was found in an allowed call, who approved it. */
  readonly note?: string;
  /** The line of the policy that would permit it. */
  readonly remedy?: string | null;
  /** The arguments are written as they came, secrets and all: the policy asks for it. */
  readonly original?: boolean;
}

/** Describes what was decided about a request or a notification. */
export function describeDecision(
  auditText: AuditText,
  message: RequestMessage | NotificationMessage,
  facts: DecisionFacts,
): DecisionRecord {
  const { decision, error, tool, reason } = facts;
  const isRequest = message.kind === 'request';
  return {
    kind: 'decision',
    direction: directionOf(message.from),
    method: auditText.name(message.method),
    tool: tool ?? null,
    argsText: tool === undefined ? null : auditText.args(message, facts.original),
    decision,
    violation: decision !== 'ALLOW',
    failedArg: reason !== undefined && 'argument' in reason ? auditText.line(reason.argument) : null,
    failedRule: reason !== undefined && 'pattern' in reason ? reason.pattern : null,
    errorCode: isRequest ? (error?.code ?? null) : null,
    reason: describeWhy(auditText, facts),
    idText: auditText.id(isRequest ? message.id : null),
  };
}

function describeWhy(
  auditText: AuditText,
  { decision, error, reason, note, remedy }: DecisionFacts,
): string | null {
  const why = note ?? (reason === undefined ? error?.reason : describeReason(reason));
  if (why === undefined || (decision === 'ALLOW' && note === undefined)) return null;
  return auditText.line(remedy == null ? why : `${why}; to permit it: ${remedy}`);
}

/** Describes what was to be taken out of a call. The tool's name is already fit for the log. */
export function describeRedactions(
  tool: string,
  events: readonly DlpEvent[],
  outcome: { readonly forwarded: boolean; readonly failure: RedactionFailure | null },
): readonly AuditRecord[] {
  return events.map(({ rule, count }) => ({
    kind: 'request-redaction',
    direction: 'upstream',
    tool,
    rule,
    count,
    ...outcome,
  }));
}

/** Describes that somebody is asked about a call. */
export function describeAsking(
  auditText: AuditText,
  message: RequestMessage,
  { tool, argsText, rule }: QuestionFacts,
): AuditRecord {
  const [method, idText] = [auditText.name(message.method), auditText.id(message.id)];
  return {
    kind: 'approval-asked',
    direction: 'upstream',
    method,
    tool,
    argsText,
    rule: auditText.line(rule),
    idText,
  };
}

/** Describes a tool that the server lists with a definition that is not the one it should have. */
export function describeDefinitionEvent(
  auditText: AuditText,
  tool: string,
  code: number,
  reason: string,
): DecisionRecord {
  return {
    kind: 'decision',
    direction: 'downstream',
    method: 'tools/list',
    tool,
    argsText: null,
    decision: 'BLOCK',
    violation: true,
    failedArg: null,
    failedRule: null,
    errorCode: code,
    reason: auditText.line(reason),
    idText: null,
  };
}

/** Describes a message that never was a decision of the policy's: it broke the rules of the protocol. */
export function describeRefusal(
  auditText: Pick<AuditText, 'line' | 'id'>,
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
