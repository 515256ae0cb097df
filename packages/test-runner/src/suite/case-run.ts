import { canonicalizeJson } from '@agentpolicy/core';
import type { Judged } from '../judge/judgement.ts';
import type { ReadyPolicy } from '../policy/read-policy-file.ts';
import type { Place } from '../problem.ts';
import type { ReplayedMessage } from '../replay/replay-trace.ts';
import {
  compareDecision,
  compareRedaction,
  DECISIONS,
  type Expectation,
  type Mismatch,
} from './expectation.ts';
import type { NearRules } from './nearest-rule.ts';
import type { CallFailure, CaseResult, FailedArgument } from './test-report.ts';

/** As many failures of one case are kept; all are counted. */
const MAX_FAILURES = 20;

/** What became of one case's calls in a part of a suite. */
export interface CaseTally {
  readonly matched: number;
  readonly failed: number;
  /** The first of them. */
  readonly failures: readonly CallFailure[];
}

/** What one case comes to, over all parts of its suite. `count` calls have to match, at least one where it is null. */
export function finishCase(
  name: string,
  place: Place,
  tallies: readonly CaseTally[],
  count: number | null,
): CaseResult {
  const matched = tallies.reduce((sum, tally) => sum + tally.matched, 0);
  const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0);
  const failures = tallies.flatMap((tally) => tally.failures).slice(0, MAX_FAILURES);
  const complaint = complain(matched, count);
  const outcome = failed > 0 || complaint !== null ? 'failed' : 'passed';
  return { name, place, outcome, matched, failed, failures, complaint, changes: [] };
}

/** Collects what becomes of one case's calls. */
export class CaseRun {
  private matched = 0;
  private failed = 0;
  private readonly failures: CallFailure[] = [];
  private readonly expect: Expectation;
  private readonly policy: ReadyPolicy;
  private readonly rules: NearRules;
  private readonly onFailure: (failure: CallFailure) => void;

  /** `onFailure` is told of the first failure. */
  constructor(
    expect: Expectation,
    policy: ReadyPolicy,
    rules: NearRules,
    onFailure: (failure: CallFailure) => void,
  ) {
    this.rules = rules;
    this.expect = expect;
    this.policy = policy;
    this.onFailure = onFailure;
  }

  /** The case's answers are needed too, not only its calls. */
  get wantsAnswer(): boolean {
    return this.expect.redacted !== undefined;
  }

  /**
   * Takes a call that the case is about. `answer`: null where none was recorded, undefined where none is due.
   * `expect` is what is expected of this one call where it is not what the case expects of all.
   */
  take(
    message: ReplayedMessage,
    trace: string,
    answer: Judged | null | undefined,
    expect: Expectation = this.expect,
  ): void {
    this.matched++;
    const mismatches: Mismatch[] = compareDecision(expect, message.judged);
    if (answer !== undefined) mismatches.push(...compareRedaction(expect, answer));
    if (mismatches.length === 0) return;
    this.failed++;
    if (this.failures.length >= MAX_FAILURES) return;
    const failure = this.describeFailure(message, trace, mismatches, expect);
    if (this.failures.length === 0) this.onFailure(failure);
    this.failures.push(failure);
  }

  private describeFailure(
    { line, session, judged }: ReplayedMessage,
    trace: string,
    mismatches: readonly Mismatch[],
    expect: Expectation,
  ): CallFailure {
    const { policy } = this;
    const { id, method, tool, args, pointer, reason } = judged;
    const near =
      tool === null ||
      args === null ||
      expect.decision === undefined ||
      DECISIONS[judged.decision] === expect.decision
        ? null
        : this.rules.find(tool, args, expect.decision);
    return {
      at: { file: trace, line },
      call: {
        session,
        id: id?.text ?? null,
        method,
        tool,
        args: args === null ? null : canonicalizeJson(args),
      },
      mismatches,
      reason: reason.kind === 'protocol' ? `protocol: ${reason.detail}` : reason.kind,
      rule: pointer === null ? null : { pointer, place: policy.locate(pointer) },
      argument: describeArgument(reason),
      nearest: near === null ? null : { ...near, place: policy.locate(near.pointer) },
    };
  }

  finish(): CaseTally {
    const { matched, failed, failures } = this;
    return { matched, failed, failures };
  }
}

function complain(matched: number, count: number | null): string | null {
  if (count === null) return matched > 0 ? null : 'no call in the traces matches';
  return matched === count ? null : `expected ${count} matching calls, found ${matched}`;
}

function describeArgument(reason: Judged['reason']): FailedArgument | null {
  switch (reason.kind) {
    case 'argument-missing':
      return { name: reason.argument, pattern: reason.pattern, value: null, matchedUntil: null };
    case 'argument-undeclared':
      return { name: reason.argument, pattern: null, value: null, matchedUntil: null };
    case 'argument-mismatch': {
      const { argument, pattern, value, matchedUntil } = reason;
      return { name: argument, pattern, value, matchedUntil };
    }
    default:
      return null;
  }
}
