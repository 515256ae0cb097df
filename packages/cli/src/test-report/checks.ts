import {
  describeCase,
  describeProblem,
  type Place,
  type SuiteResult,
  type TestReport,
} from '@agentpolicy/test-runner';

/** One thing that passed or failed, as the reporters for services count them. */
export interface Check {
  readonly suite: string;
  readonly name: string;
  readonly passed: boolean;
  /** Where a person would look first. */
  readonly place: Place;
  /** What is wrong, the first line in short; empty where it passed. */
  readonly details: readonly string[];
}

/** Every case, and every problem that kept something from being checked. */
export function listChecks(report: TestReport): readonly Check[] {
  return report.suites.flatMap(listSuiteChecks);
}

export function listSuiteChecks(suite: SuiteResult): readonly Check[] {
  const problems = suite.problems.map((problem): Check => {
    const [, ...more] = describeProblem(problem);
    const details = [`${problem.code}: ${problem.message}`, ...more.map(({ text }) => text.trim())];
    return { suite: suite.file, name: problem.code, passed: false, place: problem.place, details };
  });
  const cases = suite.cases.map((result): Check => {
    const { name, place, outcome } = result;
    const passed = outcome === 'passed';
    const details = passed ? [] : describeCase(result).map(({ text }) => text.slice(2));
    return { suite: suite.file, name, passed, place, details };
  });
  const nothing: Check[] =
    suite.outcome === 'nothing'
      ? [
          {
            suite: suite.file,
            name: 'nothing to check',
            passed: false,
            place: { file: suite.file, line: 1 },
            details: ['nothing was compared with an expectation'],
          },
        ]
      : [];
  return [...problems, ...cases, ...nothing];
}
