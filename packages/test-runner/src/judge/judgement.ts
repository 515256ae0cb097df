import type { JsonObject } from '@agentpolicy/core';
import type { DecisionError, DlpEvent, ToolDecision, ToolReason } from '@agentpolicy/engine';
import type { MessageId, OpenRequest, Side } from '@agentpolicy/message';
import type { DefinitionCheck } from './tool-definitions.ts';

/** Why a message is judged as it is. */
export type JudgedReason =
  | ToolReason
  | { readonly kind: 'method-allowed' }
  | { readonly kind: 'method-refused' }
  /** The message breaks the rules of the protocol. */
  | { readonly kind: 'protocol'; readonly detail: string }
  /** An answer, or a message of the server's that no rule is about. */
  | { readonly kind: 'passed-on' }
  /** An answer that nobody waits for. */
  | { readonly kind: 'unawaited' }
  /** Text that must not be passed on could not be taken out. */
  | { readonly kind: 'redaction-failed' }
  /** The server does not define the tool as the policy wants, or did not show how. */
  | Exclude<DefinitionCheck, { readonly kind: 'fits' }>
  /** The arguments hold what a DLP pattern forbids. */
  | { readonly kind: 'request-blocked' }
  /** The call can't be made without what was found in its arguments. */
  | { readonly kind: 'request-redaction-failed' }
  | { readonly kind: 'user-approved' }
  | { readonly kind: 'user-denied' }
  | { readonly kind: 'user-timeout' };

/** What became of one message. */
export interface Judged {
  readonly from: Side;
  readonly subject: 'tool-call' | 'method' | 'answer' | 'unreadable';
  readonly decision: ToolDecision['decision'];
  readonly violation: boolean;
  readonly reason: JudgedReason;
  /** As it was written; null where the message has none. */
  readonly method: string | null;
  readonly tool: string | null;
  /** The arguments of a tool call. */
  readonly args: JsonObject | null;
  readonly id: MessageId | null;
  /** JSON pointer of the policy's entry that decided. */
  readonly pointer: string | null;
  readonly error: DecisionError | null;
  /** What the scanner found in a message of the server's, or in a call. */
  readonly events: readonly DlpEvent[];
  /** The request of the other side that an answer belongs to. */
  readonly answers: OpenRequest | null;
  /** The message was part of a batch that is judged message by message. */
  readonly inBatch: boolean;
  /** The line that goes on to the other side; null where none does. Made when it is asked for. */
  readonly forward: (() => string) | null;
  /** The error that is answered, and to whom; null where nobody is told. */
  readonly answer: { readonly to: Side; readonly text: () => string } | null;
}

/** True where a wanted JSON pointer is the one that decided, or holds it. A null one wants that nothing decided. */
export function isAtOrBelow(wanted: string | null | undefined, decided: string | null): boolean {
  if (typeof wanted !== 'string' || decided === null) return wanted === decided;
  return decided === wanted || decided.startsWith(`${wanted}/`);
}
