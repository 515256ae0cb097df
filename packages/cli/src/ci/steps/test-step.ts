import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTest } from '../../commands/test.ts';
import type { CommandContext } from '../../context.ts';
import { EXIT } from '../../exit-status.ts';
import type { StepOutcome } from '../step.ts';
import { visibleFormat } from './lint-step.ts';

/** How much of the policies the tests show. */
export interface Coverage {
  readonly seen: number;
  readonly total: number;
  readonly percent: number;
}

export interface TestStepOptions {
  readonly tests: readonly string[];
  readonly coverage: boolean;
  readonly coverageThreshold: string | undefined;
  /** For reports. */
  readonly folder: string;
}

/** Runs the tests; `coverage` is null where it was not asked for, or no test has run. */
export async function testStep(
  context: CommandContext,
  { tests, coverage, coverageThreshold, folder }: TestStepOptions,
): Promise<StepOutcome & { readonly coverage: Coverage | null }> {
  const file = (name: string): string => join(folder, `test.${name}`);
  const formats = (['junit', 'markdown'] as const).map((name) => `${name}=${file(name)}`);
  const status = await runTest(context, tests, {
    format: [visibleFormat(context), ...formats],
    quiet: true,
    ...(coverage ? { coverage: [`json=${file('coverage')}`] } : {}),
    ...(coverageThreshold === undefined ? {} : { coverageThreshold }),
  });
  if (status === EXIT.nothing || !existsSync(file('markdown'))) return { status, coverage: null };
  const read = (name: string): string => readFileSync(file(name), 'utf8');
  return {
    status,
    markdown: read('markdown'),
    junit: read('junit'),
    coverage: coverage ? readCoverage(read('coverage')) : null,
  };
}

function readCoverage(text: string): Coverage | null {
  const report: { readonly summary: Coverage } = JSON.parse(text);
  return report.summary.total === 0 ? null : report.summary;
}
