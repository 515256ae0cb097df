import type { VirtualClock } from '../time/virtual-clock.ts';

/** How long a question stays open where nothing else is said, in milliseconds. */
export const DEFAULT_APPROVAL_TIMEOUT_MS = 50_000;

export type ApprovalOutcome = 'approved' | 'denied' | 'timeout';

/** Stands in for the person who is asked. It may answer at once, later through the clock, or never. */
export type Approver = (answer: (approved: boolean) => void, clock: VirtualClock) => void;

/** A person who needs a second of the virtual clock to decide. */
export function createDecidedApprover(approved: boolean): Approver {
  return (answer, clock) => {
    clock.schedule(1000, () => answer(approved));
  };
}

export const APPROVALS = ['approve', 'deny', 'timeout'] as const;

/** What becomes of every question: it is approved, refused, or never answered. */
export type Approvals = (typeof APPROVALS)[number];

/** A person who is not there. */
export const absentApprover: Approver = () => {};

/** Null where nobody is asked. */
export function createApprover(approvals: Approvals | null): Approver | null {
  switch (approvals) {
    case null:
      return null;
    case 'approve':
      return createDecidedApprover(true);
    case 'deny':
      return createDecidedApprover(false);
    case 'timeout':
      return absentApprover;
  }
}

/**
 * Asks the approver and lets the virtual clock run until there is an answer or the time is up. The first
 * answer counts; one that comes after the time is up does not.
 */
export function simulateApproval(
  approver: Approver,
  clock: VirtualClock,
  timeoutMs = DEFAULT_APPROVAL_TIMEOUT_MS,
): ApprovalOutcome {
  let outcome: ApprovalOutcome | undefined;
  const settle = (answer: ApprovalOutcome) => {
    outcome ??= answer;
  };
  const cancel = clock.schedule(timeoutMs, () => settle('timeout'));
  approver((approved) => settle(approved ? 'approved' : 'denied'), clock);
  // In small steps, so that the clock stands near the answer and not at the end of the time limit.
  const step = Math.max(1, Math.floor(timeoutMs / 1000));
  while (outcome === undefined) clock.advance(step);
  cancel();
  return outcome;
}
