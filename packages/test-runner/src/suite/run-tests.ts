import { basename, dirname, isAbsolute, normalize, relative } from 'node:path';
import { TestRunnerError } from '../errors/test-runner-error.ts';
import { findFiles, readTextFile, writeTextFile } from '../files/find-files.ts';
import type { Judged } from '../judge/judgement.ts';
import type { ReadyPolicy } from '../policy/read-policy-file.ts';
import { CoverageRun } from '../policy-coverage/coverage-run.ts';
import { DEFAULT_SUITE_ENVIRONMENT, readSuite, type Suite } from './read-suite.ts';
import { replaceSnapshot } from './replace-snapshot.ts';
import { runSuite } from './run-suite.ts';
import type { Shard, SuiteResult, TestReport } from './test-report.ts';

/** How the name of a suite ends. */
export const SUITE_ENDING = '.aip-test.yaml';

export interface TestOptions {
  /** Judges traces that are named themselves by this policy; their lines say what is expected. */
  readonly policy?: string;
  /** Runs only cases whose name holds one of these texts. */
  readonly filter?: readonly string[];
  /** Runs no further suite once so many cases have failed. */
  readonly bail?: number;
  /** Runs only this part of the suites: in their order, every suite in turn belongs to the next shard. */
  readonly shard?: Shard;
  /** Writes today's decisions into every suite as its section `snapshot`. Cases are compared as ever. */
  readonly update?: boolean;
  /** Counts what becomes of every entry of the policies. */
  readonly coverage?: boolean;
}

/**
 * Runs the suites that are named or lie below named folders, and traces (`*.jsonl`) that are named themselves.
 * @throws TestRunnerError `not-found`, `not-readable`, `not-a-suite` for a file that is neither, `not-writable` where
 * a snapshot can't be written.
 */
export function runTests(paths: readonly string[], options: TestOptions = {}): TestReport {
  const { shard, bail } = options;
  const files = findFiles(paths, [SUITE_ENDING]).filter(
    (_, at) => shard === undefined || at % shard.count === shard.index - 1,
  );
  const suites: SuiteResult[] = [];
  const coverage = options.coverage === true ? new Map<string, CoverageRun>() : null;
  const notRun: string[] = [];
  let failures = 0;
  for (const file of files) {
    if (bail !== undefined && failures >= bail) {
      notRun.push(file);
      continue;
    }
    const result = runFile(file, options, coverage);
    suites.push(result);
    failures += countFailures(result);
  }
  return {
    outcome: combineOutcomes(suites),
    suites,
    notRun,
    shard: shard ?? null,
    coverage: [...(coverage?.values() ?? [])].map((each) => each.finish()),
  };
}

/** What several suites come to. */
export function combineOutcomes(suites: readonly SuiteResult[]): TestReport['outcome'] {
  if (suites.some((suite) => suite.outcome === 'failed')) return 'failed';
  return suites.some((suite) => suite.outcome === 'passed') ? 'passed' : 'nothing';
}

/** Failed cases, or one where the suite failed without any. */
function countFailures(suite: SuiteResult): number {
  const failed = suite.cases.filter(({ outcome }) => outcome === 'failed').length;
  return suite.outcome === 'failed' ? Math.max(failed, 1) : 0;
}

function runFile(file: string, options: TestOptions, coverage: CoverageByPolicy): SuiteResult {
  const { policy, filter = [], update = false } = options;
  const onJudged = coverage === null ? null : countCoverage(coverage);
  if (file.endsWith('.jsonl')) {
    if (policy === undefined)
      throw new TestRunnerError('not-a-suite', `\`${file}\` is a trace: name a policy to judge it by`);
    if (update)
      throw new TestRunnerError('not-a-suite', `\`${file}\` is a trace: a snapshot is written into a suite`);
    return runSuite(makeSuite(file, policy), { filter, onSnapshot: null, onJudged, policy: null });
  }
  if (!file.endsWith(SUITE_ENDING))
    throw new TestRunnerError('not-a-suite', `\`${file}\` is no suite: suites end in ${SUITE_ENDING}`);
  const text = readTextFile(file);
  const reading = readSuite(text, file);
  if (!reading.ok)
    return { file, policy: null, outcome: 'failed', cases: [], traces: [], problems: reading.problems };
  const result = runSuite(reading.suite, {
    filter,
    onSnapshot: update ? (section) => writeTextFile(file, replaceSnapshot(text, section)) : null,
    onJudged: update ? null : onJudged,
    policy: null,
  });
  // What was written is read again and compared: the run ends with the verdict that the next one will have.
  return update ? runFile(file, { ...options, update: false }, coverage) : result;
}

/** Suites with the same policy are counted together. */
type CoverageByPolicy = Map<string, CoverageRun> | null;

function countCoverage(coverage: Map<string, CoverageRun>) {
  return (judged: Judged, policy: ReadyPolicy): void => {
    const file = normalize(policy.file);
    let run = coverage.get(file);
    if (run === undefined) {
      run = new CoverageRun(policy);
      coverage.set(file, run);
    }
    run.take(judged);
  };
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
    calls: [],
    snapshot: null,
  };
}
