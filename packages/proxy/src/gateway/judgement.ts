import type { DecisionError } from '@agentpolicy/engine';
import type { OpenRequest, RequestMessage, Side } from '@agentpolicy/message';
import type { AuditRecord } from '../audit/record.ts';
import type { Subject } from './answers.ts';

/** What is done about one message, alone or in a batch. */
export type Judgement = SettledJudgement | HoldJudgement;

export type SettledJudgement = ForwardJudgement | RefuseJudgement;

export interface ForwardJudgement {
  readonly kind: 'forward';
  /** The message as it is sent on. */
  readonly text: string;
  /** Nothing is decided about the message: it is sent on even where its records can't be written. */
  readonly unconditional: boolean;
  readonly opened: OpenRequest | undefined;
  readonly records: readonly AuditRecord[];
  readonly logs: readonly string[];
}

export interface RefuseJudgement {
  readonly kind: 'refuse';
  /** Null where nobody waits for an answer. */
  readonly answer: Answer | null;
  readonly records: readonly AuditRecord[];
  readonly logs: readonly string[];
  /** Text of the server's that is no message; for standard error. */
  readonly noise: string | null;
}

/** A call that can't be decided yet. It is judged again once what it waits for has come. */
export interface HoldJudgement {
  readonly kind: 'hold';
  readonly message: RequestMessage;
  readonly opened: OpenRequest;
  /** The name of the tool, as the client wrote it. */
  readonly tool: string;
  /** What it will have behind it then. */
  readonly progress: Progress;
  readonly awaits: Awaited;
  readonly logs: readonly string[];
}

/** What a call has behind it that was held and is judged again. */
export interface Progress {
  /** It has taken its token of the rate limit. */
  readonly paid: boolean;
  /** How often the server's list was asked for because of it. */
  readonly listings: number;
  /** Somebody approved it. */
  readonly approved: boolean;
}

export const NO_PROGRESS: Progress = { paid: false, listings: 0, approved: false };

/** A call that was asked about has been paid for then. */
export const APPROVED_RETRY: Progress = { paid: true, listings: 0, approved: true };

export type Awaited =
  /** The server's list of tools. */
  | { readonly kind: 'definition' }
  /** Somebody's approval; the record says that they are asked. */
  | { readonly kind: 'approval'; readonly question: QuestionFacts; readonly record: AuditRecord };

/** What somebody who approves a call is shown. All of it has passed the scanner; none of it is tamed. */
export interface QuestionFacts {
  readonly tool: string;
  /** JSON text; null where the call has no arguments. */
  readonly argsText: string | null;
  /** The rule of the policy that asks. */
  readonly rule: string;
  /** The rule's line in the policy's text, from 1, where the table knows it. */
  readonly line?: number;
  readonly policy: string;
}

/** An error answer. It goes to who asked, be that the sender of the refused message or the other side. */
export interface Answer {
  readonly to: Side;
  readonly idText: string | null;
  readonly error: DecisionError;
  readonly subject: Subject;
  /** The error is told in the result of a tool, which a model can read. */
  readonly asResult?: boolean;
}
