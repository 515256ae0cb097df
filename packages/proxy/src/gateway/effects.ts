import type { OpenRequest, Side } from '@agentpolicy/message';
import type { AuditRecord } from '../audit/record.ts';
import type { QuestionFacts } from './judgement.ts';

/**
 * What is to be done about a message. Effects are data: whoever carries messages carries them out, in order.
 */
export type Effect =
  /** A message that the proxy makes, or one that nothing was decided about. */
  | { readonly kind: 'send'; readonly to: Side; readonly text: string }
  /**
   * A message that was let through. It may be sent once all its records are written; where they can't be,
   * the gateway's `withdraw` tells what is done instead.
   */
  | {
      readonly kind: 'forward';
      readonly to: Side;
      readonly text: string;
      readonly records: readonly AuditRecord[];
      /** The requests in it, which must be answered if it can't be sent. */
      readonly opened: readonly OpenRequest[];
    }
  /** Something to write down that no message waits for. */
  | { readonly kind: 'audit'; readonly record: AuditRecord }
  /** Somebody is to be asked; `answerQuestion` takes what they say. */
  | { readonly kind: 'ask'; readonly question: Question }
  /** Nobody's answer is wanted any more. */
  | { readonly kind: 'close-question'; readonly key: number; readonly reason: string }
  /** A line for the operator. */
  | { readonly kind: 'log'; readonly text: string }
  /** Output of the server that is no message. */
  | { readonly kind: 'noise'; readonly text: string };

/** A question about one call. The key is never used again on this connection. */
export interface Question extends QuestionFacts {
  readonly key: number;
}

export type ForwardEffect = Extract<Effect, { readonly kind: 'forward' }>;

/** What is left to do once the records are written. */
export type Delivery = Exclude<Effect, { readonly kind: 'forward' | 'audit' }>;
