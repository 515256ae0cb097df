import type { Place, Problem } from '../problem.ts';
import type { ReplayCounts } from '../replay/replay-trace.ts';
import type { Mismatch } from './expectation.ts';

/** What a run of suites found. Data: reporters write it down. */
export interface TestReport {
  /**
   * `failed`: a case failed, or something could not be read whole. `nothing`: no expectation was compared
   * with anything, which is no success.
   */
  readonly outcome: 'passed' | 'failed' | 'nothing';
  readonly suites: readonly SuiteResult[];
}

export interface SuiteResult {
  /** The suite file, or the trace where it was given alone. */
  readonly file: string;
  readonly policy: string | null;
  readonly outcome: TestReport['outcome'];
  readonly cases: readonly CaseResult[];
  readonly traces: readonly ({ readonly file: string } & ReplayCounts)[];
  readonly problems: readonly Problem[];
}

export interface CaseResult {
  readonly name: string;
  readonly place: Place;
  readonly outcome: 'passed' | 'failed';
  /** How many calls the case was about. */
  readonly matched: number;
  /** How many of them were not as expected. */
  readonly failed: number;
  /** The first of them. */
  readonly failures: readonly CallFailure[];
  /** What is wrong beside the calls: none matched, or another number than was expected. */
  readonly complaint: string | null;
}

/** A call that was not judged as expected. */
export interface CallFailure {
  /** The trace's line. */
  readonly at: Place;
  readonly call: CallSummary;
  readonly mismatches: readonly Mismatch[];
  /** Why the call was judged as it was: the reason's name, and for a broken message what is wrong with it. */
  readonly reason: string;
  /** The entry that decided; null where none names the call. */
  readonly rule: { readonly pointer: string; readonly place: Place | null } | null;
  readonly argument: FailedArgument | null;
}

export interface CallSummary {
  readonly session: string;
  /** JSON text. */
  readonly id: string | null;
  readonly method: string | null;
  readonly tool: string | null;
}

/** The argument that failed. */
export interface FailedArgument {
  readonly name: string;
  /** What it had to match; null where it is not declared at all. */
  readonly pattern: string | null;
  /** STRING() of the value; null where it is missing. */
  readonly value: string | null;
  /** How many UTF-16 units of the value can be read before no match is possible any more. */
  readonly matchedUntil: number | null;
}
