import type { PolicyCoverage } from '../policy-coverage/coverage.ts';
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
  /** Suites that were not run, since enough had failed. */
  readonly notRun: readonly string[];
  /** Which part of the suites this is; null where it is all of them. */
  readonly shard: Shard | null;
  /** What the run shows of each policy; empty where nobody asked. */
  readonly coverage: readonly PolicyCoverage[];
}

/** One of `count` parts; `index` counts from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

export interface SuiteResult {
  /** The suite file, or the trace where it was given alone. */
  readonly file: string;
  readonly policy: string | null;
  readonly outcome: TestReport['outcome'];
  readonly cases: readonly CaseResult[];
  readonly traces: readonly ({ readonly file: string } & ReplayCounts)[];
  /** How many calls that stand in the suite itself were judged; absent where it has none. */
  readonly calls?: number;
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
  /** What is decided in another way than the snapshot has it; none for every other case. */
  readonly changes: readonly SnapshotChange[];
}

/** A decision that differs from the snapshot's; null where one of the two has none. */
export interface SnapshotChange {
  readonly trace: string;
  readonly before: string | null;
  readonly after: string | null;
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
  /** The rule of a tool with a similar name that would have given the expected decision; null where none does. */
  readonly nearest: {
    readonly tool: string;
    readonly pointer: string;
    readonly place: Place | null;
  } | null;
}

export interface CallSummary {
  readonly session: string;
  /** JSON text. */
  readonly id: string | null;
  readonly method: string | null;
  readonly tool: string | null;
  /** The arguments of a tool call as JSON text; null where there are none to show. */
  readonly args: string | null;
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
