import {
  describeTestReport,
  runTests,
  SUITE_ENDING,
  type TestReport,
  TestRunnerError,
} from '@agentpolicy/test-runner';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { paintReport } from '../report/report-lines.ts';

interface TestOptions {
  readonly format: string;
  readonly policy?: string;
}

/** `aip test`: replays recorded traffic and holds every decision against what is expected. */
export async function runTest(
  context: CommandContext,
  paths: readonly string[],
  options: TestOptions,
): Promise<ExitStatus> {
  const report = replay(paths, options.policy);
  if (options.format === 'json') context.print(JSON.stringify({ version: 1, ...report }, null, 2));
  else context.print(...paintReport(describeTestReport(report), context.style));
  switch (report.outcome) {
    case 'passed':
      return EXIT.clean;
    case 'failed':
      return EXIT.findings;
    case 'nothing':
      context.warn(
        `aip: nothing was compared with an expectation in ${paths.join(', ')}`,
        `  help: write a suite (NAME${SUITE_ENDING}), or name a trace together with --policy`,
      );
      return EXIT.nothing;
  }
}

function replay(paths: readonly string[], policy: string | undefined): TestReport {
  try {
    return runTests(paths, policy === undefined ? {} : { policy });
  } catch (failure) {
    if (failure instanceof TestRunnerError) throw new CliError(failure.message);
    throw failure;
  }
}
