import { readPolicyFile } from '../policy/read-policy-file.ts';
import type { PlannedTest } from './plan-tests.ts';
import { resolvePath, type Suite } from './read-suite.ts';
import { type SuiteProgress, suiteSteps } from './run-suite.ts';
import { isWanted, type SuitePart } from './suite-part.ts';
import type { CallFailure } from './test-report.ts';

/** Which part of a suite is run, and how. Data. */
export interface PartOptions {
  /** Some of the suite's traces, in their order. */
  readonly traces: readonly string[];
  /** The calls that stand in the suite are run as well. */
  readonly withCalls: boolean;
  readonly filter: readonly string[];
  /** Today's decisions are written, not compared. */
  readonly update: boolean;
  readonly coverage: boolean;
}

/** The whole of a test. */
export function wholeOf({ traces }: PlannedTest): Pick<PartOptions, 'traces' | 'withCalls'> {
  return { traces: traces.map(({ file }) => file), withCalls: true };
}

/**
 * Runs a part of a suite with the policy that it names.
 * @throws TestRunnerError `not-readable` for a trace that can't be read to its end.
 */
export function* partSteps(
  suite: Suite,
  options: PartOptions,
  onFailure: (name: string, failure: CallFailure) => void,
): Generator<SuiteProgress, SuitePart> {
  const reading = readPolicyFile(resolvePath(suite, suite.policy.path), suite.policy.place);
  if (!reading.ok) return { kind: 'refused', problems: reading.problems };
  const { traces, withCalls, filter, update, coverage } = options;
  return yield* suiteSteps(suite, {
    policy: reading.policy,
    traces,
    withCalls,
    filter,
    withSnapshot: update || (suite.snapshot !== null && isWanted(filter, 'snapshot')),
    withCoverage: coverage && !update,
    onJudged: null,
    onFailure,
  });
}
