import { setImmediate as nextTurn } from 'node:timers/promises';
import { TestRunnerError } from '../errors/test-runner-error.ts';
import { writeTextFile } from '../files/find-files.ts';
import { mergeCoverage, type PolicyCoverage } from '../policy-coverage/coverage.ts';
import { type PlannedTest, type PlanOptions, planTest, planTests } from './plan-tests.ts';
import { replaceSnapshot } from './replace-snapshot.ts';
import { partSteps, wholeOf } from './run-part.ts';
import type { SuiteProgress } from './run-suite.ts';
import { joinParts, type SuitePart } from './suite-part.ts';
import { Teller, type TestListener } from './test-events.ts';
import type { SuiteResult, TestReport } from './test-report.ts';

export interface TestOptions extends PlanOptions {
  /** Runs only cases whose name holds one of these texts. */
  readonly filter?: readonly string[];
  /** Runs no further suite once so many cases have failed. */
  readonly bail?: number;
  /** Writes today's decisions into every suite as its section `snapshot`. Cases are compared as ever. */
  readonly update?: boolean;
  /** Counts what becomes of every entry of the policies. */
  readonly coverage?: boolean;
  /** Is told what happens meanwhile. */
  readonly listener?: TestListener;
}

/** A test that was run, and what it shows of its policy. */
export interface FinishedTest {
  readonly result: SuiteResult;
  readonly coverage: readonly PolicyCoverage[];
}

/** How long a run keeps the event loop to itself, in milliseconds. */
const TURN_MS = 20;

/**
 * Runs the suites that are named or lie below named folders, and traces (`*.jsonl`) that are named themselves.
 * @throws TestRunnerError as planTests does, `not-readable` for a trace that can't be read to its end, `not-writable`
 * where a snapshot can't be written.
 */
export function runTests(paths: readonly string[], options: TestOptions = {}): TestReport {
  const steps = planSteps(planRun(paths, options), options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** A run that can be ended. */
export interface TurnOptions extends TestOptions {
  /** Once it is aborted the run ends with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * As runTests, and gives the event loop a turn every few milliseconds: a screen is drawn and keys are heard meanwhile.
 * @throws TestRunnerError as runTests does.
 */
export async function runTestsInTurns(
  paths: readonly string[],
  options: TurnOptions = {},
): Promise<TestReport> {
  return runPlanInTurns(planRun(paths, options), options);
}

/** As runTestsInTurns, for what is planned. */
export async function runPlanInTurns(
  plan: readonly PlannedTest[],
  options: TurnOptions,
): Promise<TestReport> {
  const steps = planSteps(plan, options);
  let turn = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - turn < TURN_MS) continue;
    await nextTurn();
    options.signal?.throwIfAborted();
    turn = performance.now();
  }
}

function* planSteps(
  plan: readonly PlannedTest[],
  options: TestOptions,
): Generator<SuiteProgress, TestReport> {
  const teller = new Teller(options.listener);
  startRun(plan, teller);
  const finished: FinishedTest[] = [];
  let failures = 0;
  for (const test of plan) {
    if (options.bail !== undefined && failures >= options.bail) break;
    const each = yield* runTest(test, options, teller);
    finished.push(each);
    failures += countFailures(each.result);
  }
  return finishRun(plan, finished, options, teller);
}

/**
 * What a run of these tests reads.
 * @throws TestRunnerError as planTests does, `not-a-suite` where a trace is to be given a snapshot.
 */
export function planRun(paths: readonly string[], options: TestOptions): readonly PlannedTest[] {
  const plan = planTests(paths, options);
  const trace = options.update === true ? plan.find(({ file }) => file.endsWith('.jsonl')) : undefined;
  if (trace === undefined) return plan;
  const message = `\`${trace.file}\` is a trace: a snapshot is written into a suite`;
  throw new TestRunnerError('not-a-suite', message);
}

/** Tells that these tests start. */
export function startRun(plan: readonly PlannedTest[], teller: Teller): void {
  const bytes = plan.reduce((sum, test) => sum + test.bytes, 0);
  teller.tell({ kind: 'run-started', files: plan.map(({ file }) => file), bytes });
}

/** The report of a run: the first tests of the plan are finished, those behind them were not run. */
export function finishRun(
  plan: readonly PlannedTest[],
  finished: readonly FinishedTest[],
  { shard }: TestOptions,
  teller: Teller,
): TestReport {
  const suites = finished.map(({ result }) => result);
  const report: TestReport = {
    outcome: combineOutcomes(suites),
    suites,
    notRun: plan.slice(finished.length).map(({ file }) => file),
    shard: shard ?? null,
    coverage: mergeCoverage(finished.flatMap(({ coverage }) => coverage)),
  };
  teller.tell({ kind: 'done', report });
  return report;
}

/** What several suites come to. */
export function combineOutcomes(suites: readonly SuiteResult[]): TestReport['outcome'] {
  if (suites.some((suite) => suite.outcome === 'failed')) return 'failed';
  return suites.some((suite) => suite.outcome === 'passed') ? 'passed' : 'nothing';
}

/** Failed cases, or one where the suite failed without any. */
export function countFailures(suite: SuiteResult): number {
  const failed = suite.cases.filter(({ outcome }) => outcome === 'failed').length;
  return suite.outcome === 'failed' ? Math.max(failed, 1) : 0;
}

/** Puts the parts of a test together; null where its suite could not be read, so that it has none. */
export function finishTest(
  test: PlannedTest,
  parts: readonly SuitePart[],
  options: TestOptions,
  onSnapshot: ((section: string) => void) | null = null,
): FinishedTest {
  const { file, suite, problems } = test;
  if (suite === null) {
    const result = { file, policy: null, outcome: 'failed', cases: [], traces: [], problems } as const;
    return { result, coverage: [] };
  }
  const result = joinParts({ ...test, suite }, parts, { filter: options.filter ?? [], onSnapshot });
  const coverage = parts.flatMap((part) => (part.kind === 'run' ? (part.coverage ?? []) : []));
  return { result, coverage: mergeCoverage(coverage) };
}

function* runTest(
  test: PlannedTest,
  options: TestOptions,
  teller: Teller,
): Generator<SuiteProgress, FinishedTest> {
  const { file, bytes, text } = test;
  const { update = false, policy } = options;
  teller.tell({ kind: 'file-started', file, bytes });
  let finished = finishTest(
    test,
    yield* runWhole(test, { ...options, update }, teller),
    options,
    update && text !== null ? (section) => writeTextFile(file, replaceSnapshot(text, section)) : null,
  );
  if (update) {
    // What was written is read again and compared: the run ends with the verdict that the next one will have.
    const again = planTest(file, policy);
    const silent = new Teller(undefined);
    finished = finishTest(again, yield* runWhole(again, { ...options, update: false }, silent), options);
  }
  teller.finish(file, finished.result);
  return finished;
}

function* runWhole(
  test: PlannedTest,
  { filter = [], update = false, coverage = false }: TestOptions,
  teller: Teller,
): Generator<SuiteProgress, readonly SuitePart[]> {
  const { file, suite } = test;
  if (suite === null) return [];
  const part = { ...wholeOf(test), filter, update, coverage };
  const steps = partSteps(suite, part, (name, failure) =>
    teller.tell({ kind: 'failure', file, name, failure }),
  );
  for (;;) {
    const step = steps.next();
    if (step.done === true) return [step.value];
    teller.advance(file, step.value);
    yield step.value;
  }
}
