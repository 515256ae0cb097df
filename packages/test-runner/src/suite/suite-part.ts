import type { PolicyCoverage } from '../policy-coverage/coverage.ts';
import type { Problem } from '../problem.ts';
import type { ReplayCounts } from '../replay/replay-trace.ts';
import { type CaseTally, finishCase } from './case-run.ts';
import type { PlannedTest } from './plan-tests.ts';
import type { Suite } from './read-suite.ts';
import { type SnapshotPart, SnapshotRun } from './snapshot.ts';
import type { CaseResult, SuiteResult } from './test-report.ts';

/** As many problems of one suite are kept. */
export const MAX_PROBLEMS = 100;

/**
 * What some of a suite's traces come to. Data, so that it can be made in one thread and joined in another; parts that
 * are joined in the order of their traces are what the whole would have been.
 */
export type SuitePart =
  /** The policy can't be read or enforced: nothing was replayed. */
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  | {
      readonly kind: 'run';
      /** One for each of the suite's cases. */
      readonly cases: readonly CaseTally[];
      readonly fallback: CaseTally | null;
      /** Of lines that say themselves what is expected. */
      readonly inline: readonly CaseResult[];
      /** Of calls that stand in the suite; they are run with its first trace. */
      readonly calls: readonly CaseResult[];
      readonly traces: readonly ({ readonly file: string } & ReplayCounts)[];
      readonly problems: readonly Problem[];
      readonly snapshot: SnapshotPart | null;
      readonly coverage: PolicyCoverage | null;
    };

export interface JoinOptions {
  /** Only cases whose name holds one of these texts; all where there are none. */
  readonly filter: readonly string[];
  /** Takes the section `snapshot` with today's decisions, instead of comparing them with the suite's. */
  readonly onSnapshot: ((section: string) => void) | null;
}

/** True where a case of this name is to be run. */
export function isWanted(filter: readonly string[], name: string): boolean {
  return filter.length === 0 || filter.some((text) => name.includes(text));
}

/** A test whose suite could be read. */
export type ReadyTest = PlannedTest & { readonly suite: Suite };

/** Puts the parts of a suite together, in the order of their traces. */
export function joinParts(
  planned: ReadyTest,
  parts: readonly SuitePart[],
  options: JoinOptions,
): SuiteResult {
  const { file, policy, suite } = planned;
  const runs = parts.filter((part) => part.kind === 'run');
  const refused = parts.find((part) => part.kind === 'refused');
  if (refused !== undefined)
    return { file, policy, outcome: 'failed', cases: [], traces: [], problems: refused.problems };
  const problems = [...planned.problems, ...runs.flatMap((part) => part.problems)].slice(0, MAX_PROBLEMS);
  const wants = (name: string): boolean => isWanted(options.filter, name);
  const cases = suite.cases.flatMap(({ name, place, count }, at) =>
    wants(name)
      ? [
          finishCase(
            name,
            place,
            runs.flatMap((part) => part.cases[at] ?? []),
            count,
          ),
        ]
      : [],
  );
  if (suite.fallback !== null && wants('default')) {
    const tallies = runs.flatMap((part) => part.fallback ?? []);
    const fallback = finishCase('default', suite.fallback.place, tallies, null);
    // Nobody says that there are calls beside those of the cases.
    if (fallback.matched > 0) cases.push(fallback);
  }
  const own = runs.flatMap((part) => part.calls);
  const calls = own.reduce((sum, { matched }) => sum + matched, 0);
  cases.push(...own);
  cases.push(...runs.flatMap((part) => part.inline).filter(({ name }) => wants(name)));
  const traces = runs.flatMap((part) => part.traces);
  cases.push(
    ...finishSnapshot(
      suite,
      runs.flatMap((part) => part.snapshot ?? []),
      options,
      problems,
    ),
  );
  const failed = problems.length > 0 || cases.some((each) => each.outcome === 'failed');
  const isEmpty =
    cases.length === 0 || (suite.calls.length === 0 && traces.every((trace) => trace.messages === 0));
  const outcome = failed ? 'failed' : isEmpty ? 'nothing' : 'passed';
  return { file, policy, outcome, cases, traces, ...(calls === 0 ? {} : { calls }), problems };
}

/** Compares with the snapshot, or hands today's decisions over. */
function finishSnapshot(
  suite: Suite,
  parts: readonly SnapshotPart[],
  { onSnapshot, filter }: JoinOptions,
  problems: Problem[],
): CaseResult[] {
  const snapshot = new SnapshotRun();
  for (const part of parts) snapshot.join(part);
  if (onSnapshot === null)
    return suite.snapshot === null || !isWanted(filter, 'snapshot') ? [] : [snapshot.compare(suite.snapshot)];
  if (snapshot.isTooLarge) {
    const message = 'the traces hold more decisions than a snapshot may: use cases and a default instead';
    problems.push({ code: 'too-large', message, place: suite.policy.place });
  } else if (problems.length === 0 && !snapshot.isEmpty) onSnapshot(snapshot.write());
  return [];
}
