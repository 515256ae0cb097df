import {
  runTestsInTurns,
  type TestListener,
  type TestOptions,
  type TestReport,
} from '@agentpolicy/test-runner';
import type { CommandContext } from '../context.ts';
import { createProgress } from './progress.ts';

export interface RunSettings {
  /** Says nothing meanwhile. */
  readonly quiet: boolean;
  /** Shows in its own way what happens, instead of progress on standard error. */
  readonly listener?: TestListener;
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
  const { quiet, listener } = settings;
  if (listener !== undefined) return runTestsInTurns(paths, { ...options, listener });
  if (quiet) return runTestsInTurns(paths, options);
  const progress = createProgress(context.stderr, () => performance.now());
  try {
    return await runTestsInTurns(paths, { ...options, listener: progress });
  } finally {
    progress.end();
  }
}
