import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../time/virtual-clock.ts';
import {
  type ApprovalOutcome,
  type Approver,
  absentApprover,
  createDecidedApprover,
  simulateApproval,
} from './simulate-approval.ts';

const late: Approver = (answer, clock) => {
  clock.schedule(50_001, () => answer(true));
};
const hasty: Approver = (answer) => {
  answer(false);
  answer(true);
};

describe('simulateApproval', () => {
  it.each<[string, Approver, ApprovalOutcome, number]>([
    ['approves', createDecidedApprover(true), 'approved', 1000],
    ['denies', createDecidedApprover(false), 'denied', 1000],
    ['never answers', absentApprover, 'timeout', 50_000],
    ['answers after the time is up', late, 'timeout', 50_000],
    ['answers twice: the first counts', hasty, 'denied', 0],
  ])('someone who %s', (_, approver, outcome, time) => {
    const clock = createVirtualClock();
    expect(simulateApproval(approver, clock)).toBe(outcome);
    expect(clock.now()).toBe(time);
  });
});
