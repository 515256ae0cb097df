import { readPolicyFile } from '../policy/read-policy-file.ts';
import type { PlannedTest } from './plan-tests.ts';
import type { Suite } from './read-suite.ts';
import { type SuiteProgress, suiteSteps } from './run-suite.ts';
import { isWanted, type SuitePart } from './suite-part.ts';
import type { CallFailure } from './test-report.ts';

/** A planned test whose suite could be read. */
export type ReadyTest = PlannedTest & { readonly suite: Suite };

/** Which part of a test is run, and how. Data. */
export interface PartOptions {
  /** Positions among the traces of the test: from the first up to the last, which is not one of them. */
  readonly traces: readonly [from: number, to: number];
  readonly filter: readonly string[];
  /** Today's decisions are written, not compared. */
  readonly update: boolean;
  readonly coverage: boolean;
}

/** The whole of a test. */
export function wholeOf(test: PlannedTest): PartOptions['traces'] {
  return [0, test.traces.length];
}

/**
 * Runs some of a test's traces, and with the first of them the calls that stand in the suite.
 * @throws TestRunnerError `not-readable` for a trace that can't be read to its end.
 */
export function* partSteps(
  { suite, policy: file, traces }: ReadyTest,
  options: PartOptions,
  onFailure: (name: string, failure: CallFailure) => void,
): Generator<SuiteProgress, SuitePart> {
  const reading = readPolicyFile(file ?? '', suite.policy.place);
  if (!reading.ok) return { kind: 'refused', problems: reading.problems };
  const [from, to] = options.traces;
  const { filter, update, coverage } = options;
  return yield* suiteSteps(suite, {
    policy: reading.policy,
    traces: traces.slice(from, to).map((trace) => trace.file),
    withCalls: from === 0,
    filter,
    withSnapshot: update || (suite.snapshot !== null && isWanted(filter, 'snapshot')),
    withCoverage: coverage && !update,
    onJudged: null,
    onFailure,
  });
}
