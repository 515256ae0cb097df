import type { DecisionError } from '@agentpolicy/engine';
import type { OpenRequest, Side } from '@agentpolicy/message';
import type { AuditRecord } from '../audit/record.ts';
import type { Subject } from './answers.ts';

/** What is done about one message, alone or in a batch. */
export type Judgement = ForwardJudgement | RefuseJudgement;

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

/** An error answer. It goes to who asked, be that the sender of the refused message or the other side. */
export interface Answer {
  readonly to: Side;
  readonly idText: string | null;
  readonly error: DecisionError;
  readonly subject: Subject;
}
