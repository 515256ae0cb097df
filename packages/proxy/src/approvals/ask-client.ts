import { ApprovalStates } from '../gateway/client-approval/approval-states.ts';
import type { AskClientOptions } from '../gateway/client-approval/client-questions.ts';
import { createPromptLimit } from './prompt-limit.ts';

const KEY_BYTES = 32;
const SESSION_BYTES = 16;

export interface AskClientFacts {
  /** Secure random bytes. */
  readonly randomBytes: (count: number) => Uint8Array;
  /** Milliseconds; only differences count. */
  readonly clock: () => number;
  /** The server's command, as the operator wrote it. */
  readonly target: string;
  /** Milliseconds that each question stays open. */
  readonly timeLimit: number;
  readonly promptsPerMinute: number;
}

/**
 * Prepares a process to ask its clients about their own calls. Each call of what it gives back is another session;
 * all of them share the key and the limits.
 */
export function prepareAskClient(facts: AskClientFacts): () => AskClientOptions {
  const { randomBytes, clock, target, timeLimit, promptsPerMinute } = facts;
  const states = new ApprovalStates({ key: randomBytes(KEY_BYTES), randomBytes, clock, timeLimit });
  const mayAsk = createPromptLimit(promptsPerMinute, clock);
  return () => ({
    states,
    sessionId: Buffer.from(randomBytes(SESSION_BYTES)).toString('base64url'),
    target,
    timeLimit,
    mayAsk,
  });
}
