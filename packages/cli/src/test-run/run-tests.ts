import { availableParallelism } from 'node:os';
import {
  runTestsInJobs,
  type TestListener,
  type TestOptions,
  type TestReport,
} from '@agentpolicy/test-runner';
import type { CommandContext } from '../context.ts';
import { createProgress } from './progress.ts';
import { startTestWorker } from './test-worker.ts';

/** Where nobody says how many, a thread is started for each so many bytes of traces: for less it is not worth it. */
const BYTES_OF_A_JOB = 16 * 1024 * 1024;

/** More threads than this help nobody. */
const MAX_DEFAULT_JOBS = 8;

export interface RunSettings {
  /** How many threads replay at once; undefined: as many as the machine and the traces are worth. */
  readonly jobs: number | undefined;
  /** Says nothing meanwhile. */
  readonly quiet: boolean;
  /** Shows in its own way what happens, instead of progress on standard error. */
  readonly listener?: TestListener;
  /** Once it is aborted the run ends with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * Runs the tests of the command, with progress on standard error where it takes long.
 * @throws TestRunnerError as runTests does.
 */
export async function runTestsVisibly(
  context: CommandContext,
  paths: readonly string[],
  options: TestOptions,
  settings: RunSettings,
): Promise<TestReport> {
  const { quiet, jobs, signal } = settings;
  const progress = quiet ? undefined : createProgress(context.stderr, () => performance.now());
  const listener = settings.listener ?? progress;
  try {
    return await runTestsInJobs(paths, {
      ...options,
      jobs: jobs ?? Math.min(MAX_DEFAULT_JOBS, availableParallelism()),
      bytesOfAJob: jobs === undefined ? BYTES_OF_A_JOB : 0,
      startWorker: startTestWorker,
      ...(listener === undefined ? {} : { listener }),
      ...(signal === undefined ? {} : { signal }),
    });
  } finally {
    progress?.end();
  }
}
