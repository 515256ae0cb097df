import {
  CONFORMANCE_LEVELS,
  type ConformanceLevel,
  type ConformanceReport,
  describeConformanceReport,
  runConformance,
  TestRunnerError,
} from '@agentpolicy/test-runner';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { paintReport } from '../report/report-lines.ts';

interface ConformanceOptions {
  readonly format: string;
  readonly level?: string;
}

/** `aip conformance`: runs test vectors and reports per level. A level that can't be run is said, never passed. */
export async function runConformanceCommand(
  context: CommandContext,
  paths: readonly string[],
  options: ConformanceOptions,
): Promise<ExitStatus> {
  const levels = options.level === undefined ? undefined : readLevels(options.level);
  const report = run(paths, levels);
  if (options.format === 'json') context.print(JSON.stringify({ version: 1, ...report }, null, 2));
  else context.print(...paintReport(describeConformanceReport(report), context.style));
  switch (report.outcome) {
    case 'passed':
      return EXIT.clean;
    case 'failed':
      return EXIT.findings;
    case 'nothing':
      context.warn(`aip: no vector was run in ${paths.join(', ')}`);
      return EXIT.nothing;
  }
}

function readLevels(text: string): ConformanceLevel[] {
  return text.split(',').map((part) => {
    const level = CONFORMANCE_LEVELS.find((name) => name === part.trim());
    if (level === undefined) {
      throw new CliError(
        `there is no level \`${part.trim()}\``,
        `the levels are ${CONFORMANCE_LEVELS.join(', ')}`,
      );
    }
    return level;
  });
}

function run(paths: readonly string[], levels: readonly ConformanceLevel[] | undefined): ConformanceReport {
  try {
    return runConformance(paths, levels === undefined ? {} : { levels });
  } catch (failure) {
    if (failure instanceof TestRunnerError) throw new CliError(failure.message);
    throw failure;
  }
}
