import { statSync } from 'node:fs';
import { basename, dirname, isAbsolute, relative } from 'node:path';
import { TestRunnerError } from '../errors/test-runner-error.ts';
import { findFiles, readTextFile } from '../files/find-files.ts';
import { describeNoFile } from '../files/read-file.ts';
import type { Problem } from '../problem.ts';
import {
  DEFAULT_SUITE_ENVIRONMENT,
  readSuite,
  resolvePath,
  type Suite,
  type SuiteReading,
} from './read-suite.ts';
import type { Shard } from './test-report.ts';

/** How the name of a suite ends. */
export const SUITE_ENDING = '.aip-test.yaml';

/** How the name of a trace ends. */
const TRACE_ENDING = '.jsonl';

/** What a run of one suite, or of a trace that is named itself, will read. */
export interface PlannedTest {
  readonly file: string;
  /** Null where the suite can't be read. */
  readonly policy: string | null;
  readonly traces: readonly PlannedTrace[];
  /** Of all traces. */
  readonly bytes: number;
  readonly suite: Suite | null;
  /** What is wrong with the suite or with what it names. */
  readonly problems: readonly Problem[];
  /** The suite as it stands in its file; null for a trace. */
  readonly text: string | null;
}

export interface PlannedTrace {
  readonly file: string;
  readonly bytes: number;
}

export interface PlanOptions {
  /** Judges traces that are named themselves by this policy; their lines say what is expected. */
  readonly policy?: string;
  /** Runs only this part of the suites: in their order, every suite in turn belongs to the next shard. */
  readonly shard?: Shard;
}

/**
 * Finds the suites that are named or lie below named folders, and traces (`*.jsonl`) that are named themselves, with
 * the files that each of them reads.
 * @throws TestRunnerError `not-found`, `not-readable`, `not-a-suite` for a file that is neither, `bad-option` for a
 * policy that can't be read or judges nothing.
 */
export function planTests(paths: readonly string[], options: PlanOptions = {}): readonly PlannedTest[] {
  const { shard, policy } = options;
  if (paths.includes('-'))
    throw new TestRunnerError(
      'not-found',
      'standard input is not read here: name a file, or `./-` for one called `-`',
    );
  const files = findFiles(paths, [SUITE_ENDING]);
  if (policy !== undefined) checkPolicy(policy, files);
  return files
    .filter((_, at) => shard === undefined || at % shard.count === shard.index - 1)
    .map((file) => planTest(file, policy));
}

/** A policy that was asked for judges something, or the run ends: it must not pass for having judged. */
function checkPolicy(policy: string, files: readonly string[]): void {
  const problem = describeNoFile(policy);
  if (problem !== null)
    throw new TestRunnerError('bad-option', `the policy \`${policy}\` can't be read: ${problem}`);
  if (files.some((file) => file.endsWith(TRACE_ENDING))) return;
  const message = `no trace is named that \`${policy}\` could judge: suites name their own policy`;
  throw new TestRunnerError('bad-option', message);
}

/**
 * What running one file reads.
 * @throws TestRunnerError as planTests does.
 */
export function planTest(file: string, policy: string | undefined): PlannedTest {
  const { text, reading } = readTest(file, policy);
  if (reading.ok) return planSuite(reading.suite, text);
  return { file, policy: null, traces: [], bytes: 0, suite: null, problems: reading.problems, text };
}

/**
 * Reads a suite; `text` is null for a trace that is named itself, and stands for a suite of its own.
 * @throws TestRunnerError as planTests does.
 */
export function readTest(
  file: string,
  policy: string | undefined,
): { readonly text: string | null; readonly reading: SuiteReading } {
  if (file.endsWith(TRACE_ENDING)) {
    if (policy === undefined)
      throw new TestRunnerError('not-a-suite', `\`${file}\` is a trace: name a policy to judge it by`);
    return { text: null, reading: { ok: true, suite: makeSuite(file, policy) } };
  }
  if (!file.endsWith(SUITE_ENDING))
    throw new TestRunnerError('not-a-suite', `\`${file}\` is no suite: suites end in ${SUITE_ENDING}`);
  try {
    const text = readTextFile(file);
    return { text, reading: readSuite(text, file) };
  } catch (cause) {
    if (!(cause instanceof TestRunnerError)) throw cause;
    const problem = { code: cause.code, message: cause.message, place: { file, line: 1 } };
    return { text: null, reading: { ok: false, problems: [problem] } };
  }
}

/** What running a suite reads. */
export function planSuite(suite: Suite, text: string | null): PlannedTest {
  const problems: Problem[] = [];
  const traces = findTraces(suite, problems).map((file) => ({ file, bytes: measureFile(file) }));
  const bytes = traces.reduce((sum, trace) => sum + trace.bytes, 0);
  const policy = resolvePath(suite, suite.policy.path);
  return { file: suite.file, policy, traces, bytes, suite, problems, text };
}

function findTraces(suite: Suite, problems: Problem[]): readonly string[] {
  const found: string[] = [];
  for (const { path, place } of suite.traces) {
    try {
      const files = findFiles([resolvePath(suite, path)], [TRACE_ENDING]);
      if (files.length === 0) {
        const message = `\`${path}\` holds no trace`;
        problems.push({ code: 'no-trace', message, place, help: 'traces end in .jsonl' });
      }
      for (const file of files) {
        const problem = describeNoFile(file);
        if (problem === null) found.push(file);
        else problems.push({ code: 'no-trace', message: `\`${file}\` is left out: ${problem}`, place });
      }
    } catch (cause) {
      if (!(cause instanceof TestRunnerError)) throw cause;
      problems.push({ code: 'no-trace', message: cause.message, place });
    }
  }
  return found;
}

/** What can't be measured is told when it is read. */
function measureFile(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
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
