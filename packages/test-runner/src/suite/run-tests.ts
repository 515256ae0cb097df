import { basename, dirname, isAbsolute, relative } from 'node:path';
import { TestRunnerError } from '../errors/test-runner-error.ts';
import { findFiles, readTextFile } from '../files/find-files.ts';
import { DEFAULT_SUITE_ENVIRONMENT, readSuite, type Suite } from './read-suite.ts';
import { runSuite } from './run-suite.ts';
import type { SuiteResult, TestReport } from './test-report.ts';

/** How the name of a suite ends. */
export const SUITE_ENDING = '.aip-test.yaml';

export interface TestOptions {
  /** Judges traces that are named themselves by this policy; their lines say what is expected. */
  readonly policy?: string;
}

/**
 * Runs the suites that are named or lie below named folders, and traces (`*.jsonl`) that are named themselves.
 * @throws TestRunnerError `not-found`, `not-readable`, or `not-a-suite` for a file that is neither.
 */
export function runTests(paths: readonly string[], options: TestOptions = {}): TestReport {
  const suites = findFiles(paths, [SUITE_ENDING]).map((file) => runFile(file, options));
  const outcome = suites.some((suite) => suite.outcome === 'failed')
    ? 'failed'
    : suites.some((suite) => suite.outcome === 'passed')
      ? 'passed'
      : 'nothing';
  return { outcome, suites };
}

function runFile(file: string, { policy }: TestOptions): SuiteResult {
  if (file.endsWith('.jsonl')) {
    if (policy === undefined)
      throw new TestRunnerError('not-a-suite', `\`${file}\` is a trace: name a policy to judge it by`);
    return runSuite(makeSuite(file, policy));
  }
  if (!file.endsWith(SUITE_ENDING))
    throw new TestRunnerError('not-a-suite', `\`${file}\` is no suite: suites end in ${SUITE_ENDING}`);
  const reading = readSuite(readTextFile(file), file);
  if (reading.ok) return runSuite(reading.suite);
  return { file, policy: null, outcome: 'failed', cases: [], traces: [], problems: reading.problems };
}

/** A trace alone: what is expected stands in its lines. */
function makeSuite(file: string, policy: string): Suite {
  const place = { file, line: 1 };
  return {
    file,
    policy: { path: isAbsolute(policy) ? policy : relative(dirname(file), policy), place },
    traces: [{ path: basename(file), place }],
    environment: DEFAULT_SUITE_ENVIRONMENT,
    approvals: null,
    fallback: null,
    cases: [],
  };
}
