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

/** Collects what becomes of one case's calls. */
export class CaseRun {
  private matched = 0;
  private failed = 0;
  private readonly failures: CallFailure[] = [];
  private readonly name: string;
  private readonly place: Place;
  private readonly expect: Expectation;
  private readonly policy: ReadyPolicy;
  private readonly rules: NearRules;

  constructor(name: string, place: Place, expect: Expectation, policy: ReadyPolicy, rules: NearRules) {
    this.rules = rules;
    this.name = name;
    this.place = place;
    this.expect = expect;
    this.policy = policy;
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
    if (this.failures.length < MAX_FAILURES)
      this.failures.push(this.describeFailure(message, trace, mismatches, expect));
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

  finish(count: number | null): CaseResult {
    const complaint = complain(this.matched, count);
    const { name, place, matched, failed, failures } = this;
    const outcome = failed > 0 || complaint !== null ? 'failed' : 'passed';
    return { name, place, outcome, matched, failed, failures, complaint, changes: [] };
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
