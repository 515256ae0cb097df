import type { Question } from '../gateway/effects.ts';
import type { ApprovalOutcome } from '../gateway/gateway.ts';
import type { Approver } from './approver.ts';
import { createPromptLimit } from './prompt-limit.ts';

/** Milliseconds that somebody has to answer: clients give a call up after 60,000. */
export const DEFAULT_APPROVAL_TIME = 50_000;

export const DEFAULT_PROMPTS_PER_MINUTE = 20;

/** Asks about calls: each for a limited time, and not too often. */
export interface ApprovalDesk {
  ask(question: Question): Promise<ApprovalOutcome>;
  /** Nobody's answer is wanted any more. */
  close(key: number): void;
  closeAll(): void;
}

export interface ApprovalDeskOptions {
  readonly approver: Approver;
  readonly target: string;
  /** The file that the policy was loaded from. */
  readonly policyFile?: string;
  /** Milliseconds that each question stays open. */
  readonly timeLimit: number;
  readonly promptsPerMinute: number;
  /** Milliseconds; only differences count. */
  readonly clock: () => number;
}

export function createApprovalDesk(options: ApprovalDeskOptions): ApprovalDesk {
  const open = new Map<number, AbortController>();
  const mayAsk = createPromptLimit(options.promptsPerMinute, options.clock);

  return {
    async ask(question) {
      if (!mayAsk()) return 'too-many';
      const { approver, target, policyFile, timeLimit } = options;
      const file = policyFile === undefined ? {} : { policyFile };
      const closing = new AbortController();
      open.set(question.key, closing);
      const late = waitForEnd(timeLimit, closing.signal);
      try {
        const asked = approver.ask({ ...question, ...file, target, timeLimit }, closing.signal);
        const answer = await Promise.race([asked, late.promise]);
        return answer === 'unavailable' ? 'nobody' : answer;
      } catch {
        // A way to ask that fails has approved nothing.
        return 'nobody';
      } finally {
        late.stop();
        open.delete(question.key);
        closing.abort();
      }
    },
    close(key) {
      open.get(key)?.abort();
    },
    closeAll() {
      for (const closing of open.values()) closing.abort();
    },
  };
}

/** Resolves when the time is over, or when the question is closed. */
function waitForEnd(
  ms: number,
  signal: AbortSignal,
): { readonly promise: Promise<'timeout' | 'denied'>; stop(): void } {
  let stop = (): void => undefined;
  const promise = new Promise<'timeout' | 'denied'>((resolve) => {
    const timer = setTimeout(() => resolve('timeout'), ms);
    const close = (): void => resolve('denied');
    signal.addEventListener('abort', close, { once: true });
    stop = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', close);
    };
  });
  return { promise, stop };
}
