import type { Question } from '../gateway/effects.ts';

/** What somebody is asked about one call. None of its texts is tamed. */
export interface ApprovalRequest extends Question {
  /** The server's command, as the operator wrote it. */
  readonly target: string;
  /** The file that the policy was loaded from. */
  readonly policyFile?: string;
  /** Milliseconds until the call is refused without an answer. */
  readonly timeLimit: number;
}

/** `unavailable`: nobody can be asked this way. */
export type ApprovalAnswer = 'approved' | 'denied' | 'unavailable';

/** A way to ask somebody. */
export interface Approver {
  /** Asks until the signal says that nobody's answer is wanted any more; what is given then counts for nothing. */
  ask(request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer>;
}

/** Asks by the first way on which somebody can be asked. */
export function firstAvailable(approvers: readonly Approver[]): Approver {
  return {
    async ask(request, signal) {
      for (const approver of approvers) {
        if (signal.aborted) return 'unavailable';
        const answer = await approver.ask(request, signal);
        if (answer !== 'unavailable') return answer;
      }
      return 'unavailable';
    },
  };
}
