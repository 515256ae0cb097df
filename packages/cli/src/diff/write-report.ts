import { resolve } from 'node:path';
import type { CommandContext } from '../context.ts';
import { findRepositoryRoot, relativeUnix } from '../files/repository.ts';
import { appendJobSummary, type Output, PLAIN, parseOutputs, writeOutputs } from '../report/outputs.ts';
import { DIFF_FORMATS, type DiffFormat, type DiffRenderContext, renderDiffReport } from './formats/render.ts';
import type { DiffReport } from './report.ts';

/** Columns of a report that is not for a terminal. */
const WIDTH = 160;

/**
 * Reads the values of `--format`. Without any, GitHub Actions gets annotations and everybody else the pretty report.
 * @throws CliError for an unknown format, and where two reports would mix.
 */
export function readFormats(
  context: CommandContext,
  values: readonly string[] | undefined,
): readonly Output<DiffFormat>[] {
  const isOnGithub = context.environment.GITHUB_ACTIONS === 'true';
  return parseOutputs(values ?? [isOnGithub ? 'github' : 'pretty'], {
    flag: '--format',
    formats: DIFF_FORMATS,
  });
}

/** Writes the reports that were asked for; with annotations for GitHub Actions comes the job's summary. */
export async function writeDiffReport(
  context: CommandContext,
  outputs: readonly Output<DiffFormat>[],
  report: DiffReport,
): Promise<void> {
  const render = makeRenderContext(context);
  await writeOutputs(context, outputs, (format, style) =>
    renderDiffReport(format, report, { ...render, style }),
  );
  if (outputs.some(({ format }) => format === 'github'))
    appendJobSummary(context, await renderDiffReport('markdown', report, { ...render, style: PLAIN }));
}

/** What formats need to know of the place that they are made at. */
export function makeRenderContext(context: CommandContext): Omit<DiffRenderContext, 'style'> {
  const root = findRepositoryRoot(context.cwd) ?? context.cwd;
  return {
    width: context.stdout.isTTY === true ? context.stdout.columns : WIDTH,
    toRepositoryPath: (file: string) => relativeUnix(root, resolve(context.cwd, file)),
  };
}
