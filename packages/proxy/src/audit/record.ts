import { quoteJson } from '@agentpolicy/core';

/** Client to server, or server to client (v1alpha1 §6.1). */
export type AuditDirection = 'upstream' | 'downstream';

export type AuditDecision = 'ALLOW' | 'BLOCK' | 'ALLOW_MONITOR' | 'RATE_LIMITED';

/** What was decided about one message. Every text in it has passed the policy's scanner. */
export interface DecisionRecord {
  readonly kind: 'decision';
  readonly direction: AuditDirection;
  /** Null where the message was refused before its method could be read. */
  readonly method: string | null;
  readonly tool: string | null;
  /** JSON text of the arguments; null where there are none to show. */
  readonly argsText: string | null;
  readonly decision: AuditDecision;
  readonly violation: boolean;
  /** The constrained argument that failed, and the pattern that it failed. */
  readonly failedArg: string | null;
  readonly failedRule: string | null;
  /** The code that was answered; null where the message was forwarded or had no answer. */
  readonly errorCode: number | null;
  /** For people: why it was decided so; null where the policy simply allows it. */
  readonly reason: string | null;
  /** The request's id as JSON text. */
  readonly idText: string | null;
}

/** What the scanner found in one message (v1alpha1 §6.4). */
interface DlpRecord {
  readonly kind: 'dlp';
  readonly direction: AuditDirection;
  readonly rule: string;
  readonly action: 'REDACTED' | 'BLOCKED';
  readonly count: number;
}

/** A limit of the policy left the end of a message unscanned. */
interface TruncatedScanRecord {
  readonly kind: 'scan-truncated';
  readonly direction: AuditDirection;
}

/** Why a call could not be made without what was found in it. */
export type RedactionFailure =
  /** The policy does not allow what is left. */
  | 'argument_validation_failed'
  /** What was found stands where nothing may be changed. */
  | 'opaque_handle'
  /** Two keys would become one. */
  | 'duplicate_keys'
  | 'unreadable';

/** What was to be taken out of a call (v1alpha2 §3.6.4). */
interface RequestRedactionRecord {
  readonly kind: 'request-redaction';
  readonly direction: 'upstream';
  readonly tool: string;
  readonly rule: string;
  readonly count: number;
  /** The call was made; with what was found in it where there is a failure. */
  readonly forwarded: boolean;
  readonly failure: RedactionFailure | null;
}

/** Somebody is asked about a call. What they say is in the call's decision. */
interface ApprovalAskedRecord {
  readonly kind: 'approval-asked';
  readonly direction: 'upstream';
  readonly method: string;
  readonly tool: string;
  readonly argsText: string | null;
  /** The rule of the policy that asks. */
  readonly rule: string;
  readonly idText: string | null;
}

/** The proxy itself failed, and ended the session. */
interface ProxyFailedRecord {
  readonly kind: 'proxy-failed';
  readonly direction: AuditDirection;
  readonly reason: string;
}

export type AuditRecord =
  | DecisionRecord
  | DlpRecord
  | TruncatedScanRecord
  | RequestRedactionRecord
  | ApprovalAskedRecord
  | ProxyFailedRecord;

/** What all records of one run have in common. */
export interface AuditContext {
  readonly mode: 'enforce' | 'monitor';
  readonly policyHash: string;
}

/** Writes a record as a JSON object with the members of v1alpha1 §6, in one fixed order. */
export function formatRecord(record: AuditRecord, timestamp: string, context: AuditContext): string {
  const start = `{"timestamp":${quoteJson(timestamp)},"direction":"${record.direction}"`;
  switch (record.kind) {
    case 'decision':
      return `${start}${formatDecision(record, context)}}`;
    case 'dlp':
      return (
        `${start},"event":"DLP_TRIGGERED","dlp_rule":${quoteJson(record.rule)},"dlp_action":"${record.action}"` +
        `,"dlp_match_count":${record.count},"policy_hash":"${context.policyHash}"}`
      );
    case 'request-redaction':
      return (
        `${start},"event":"DLP_REQUEST_REDACTION"${textMember('tool', record.tool)}${textMember('dlp_rule', record.rule)}` +
        `,"redaction_count":${record.count},"forwarded":${record.forwarded}` +
        `${textMember('failure_reason', record.failure)},"policy_hash":"${context.policyHash}"}`
      );
    case 'approval-asked':
      return (
        `${start},"event":"APPROVAL_ASKED"${textMember('method', record.method)}${textMember('tool', record.tool)}` +
        `${rawMember('args', record.argsText)}${textMember('rule', record.rule)}${rawMember('id', record.idText)}` +
        `,"policy_hash":"${context.policyHash}"}`
      );
    case 'proxy-failed':
      return `${start},"event":"PROXY_FAILED"${textMember('reason', record.reason)},"policy_hash":"${context.policyHash}"}`;
    case 'scan-truncated':
      return `${start},"event":"DLP_SCAN_LIMIT","policy_hash":"${context.policyHash}"}`;
  }
}

function formatDecision(record: DecisionRecord, context: AuditContext): string {
  return (
    textMember('method', record.method) +
    textMember('tool', record.tool) +
    rawMember('args', record.argsText) +
    `,"decision":"${record.decision}","policy_mode":"${context.mode}","violation":${record.violation}` +
    textMember('failed_arg', record.failedArg) +
    textMember('failed_rule', record.failedRule) +
    rawMember('error_code', record.errorCode) +
    textMember('reason', record.reason) +
    rawMember('id', record.idText) +
    `,"policy_hash":"${context.policyHash}"`
  );
}

function textMember(key: string, value: string | null): string {
  return value === null ? '' : `,"${key}":${quoteJson(value)}`;
}

function rawMember(key: string, value: string | number | null): string {
  return value === null ? '' : `,"${key}":${value}`;
}
