import type { Side } from '@agentpolicy/message';
import type { AuditDecision, AuditDirection } from '../audit/record.ts';

/** How a request ended. */
export type OperationOutcome =
  | { readonly kind: 'result' }
  /** The tool says that it failed. */
  | { readonly kind: 'tool-error' }
  /** Null where no code is known, or a side chose one that JSON-RPC reserves for nothing. */
  | { readonly kind: 'error'; readonly code: number | null; readonly by: 'server' | 'client' | 'proxy' };

/** A request has ended. Nothing of its arguments is told. */
export interface OperationEvent {
  readonly kind: 'operation';
  /** Who asked. */
  readonly from: Side;
  /** One of MCP's methods; null for any other. */
  readonly method: string | null;
  /** What a `tools/call` calls; null for every other method. */
  readonly tool: { readonly name: string; readonly isInPolicy: boolean } | null;
  /** The id as JSON text. */
  readonly idText: string;
  /** One of MCP's revisions; null for any other, or where none is known yet. */
  readonly protocolVersion: string | null;
  /** The caller's place in a trace (W3C Trace Context), as it wrote it; null where it told none. */
  readonly traceparent: string | null;
  /** Milliseconds of the proxy's clock. */
  readonly start: number;
  readonly end: number;
  readonly outcome: OperationOutcome;
}

/** A record was made about a message, whether it could be written or not. */
export interface DecisionEvent {
  readonly kind: 'decision';
  readonly direction: AuditDirection;
  readonly method: string | null;
  readonly decision: AuditDecision;
  readonly errorCode: number | null;
}

/** The scanner found something. */
export interface MatchEvent {
  readonly kind: 'match';
  readonly direction: AuditDirection;
  readonly rule: string;
  readonly action: 'REDACTED' | 'BLOCKED';
  readonly count: number;
}

/** Somebody was asked about a call. */
export interface QuestionEvent {
  readonly kind: 'question';
}

/** Records could not be written. */
export interface AuditFailureEvent {
  readonly kind: 'audit-failure';
  readonly records: number;
}

/** A connection has ended. */
export interface SessionEvent {
  readonly kind: 'session';
  readonly start: number;
  readonly end: number;
}

export type ProxyEvent =
  | OperationEvent
  | DecisionEvent
  | MatchEvent
  | QuestionEvent
  | AuditFailureEvent
  | SessionEvent;

/** Is told what happens. Texts in the events have passed the policy's scanner. What it throws is ignored. */
export interface ProxyObserver {
  observe(event: ProxyEvent): void;
}

/** An observer can't disturb what it observes. */
export function tell(observer: ProxyObserver, event: ProxyEvent): void {
  try {
    observer.observe(event);
  } catch {
    // There is nobody to tell it to.
  }
}
