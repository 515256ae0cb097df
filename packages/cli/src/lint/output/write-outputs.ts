import { appendFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CommandContext } from '../../context.ts';
import { CliError } from '../../exit-status.ts';
import { describeFileProblem } from '../../input/read-text.ts';
import { createStyle } from '../../terminal/style.ts';
import type { RenderContext } from '../formats/render-context.ts';
import type { LintReport } from '../linted-file.ts';
import type { LintFormat, Output } from './formats.ts';

/**
 * Writes the reports that were asked for. With annotations for GitHub Actions comes the job's summary, where the
 * runner has a file for it.
 */
export async function writeOutputs(
  context: CommandContext,
  outputs: readonly Output[],
  report: LintReport,
  render: Omit<RenderContext, 'style'>,
): Promise<void> {
  // A file is no terminal, whatever standard output is.
  const plain = createStyle('never', {}, {});
  for (const { format, file } of outputs) {
    const text = await renderReport(format, report, {
      ...render,
      style: file === undefined ? context.style : plain,
    });
    if (file === undefined) context.write(text);
    else writeReport(context, file, text);
  }
  const summary = context.environment.GITHUB_STEP_SUMMARY;
  if (summary !== undefined && summary !== '' && outputs.some(({ format }) => format === 'github')) {
    const text = await renderReport('markdown', report, { ...render, style: plain });
    try {
      appendFileSync(summary, text);
    } catch (failure) {
      // The annotations are out; a summary that can't be written must not hide the verdict.
      context.warn(`aip: can't write the job summary: ${describeFileProblem(failure)}`);
    }
  }
}

function writeReport(context: CommandContext, file: string, text: string): void {
  try {
    writeFileSync(resolve(context.cwd, file), text);
  } catch (failure) {
    throw new CliError(`can't write \`${file}\`: ${describeFileProblem(failure)}`);
  }
}

/** Renders a report; each format's code is loaded only where it is wanted. */
export async function renderReport(
  format: LintFormat,
  report: LintReport,
  context: RenderContext,
): Promise<string> {
  switch (format) {
    case 'pretty':
      return (await import('../formats/pretty.ts')).renderPretty(report, context);
    case 'json':
      return (await import('../formats/json.ts')).renderJson(report);
    case 'sarif':
      return (await import('../formats/sarif.ts')).renderSarif(report, context);
    case 'github':
      return (await import('../formats/github.ts')).renderGithub(report, context);
    case 'junit':
      return (await import('../formats/junit.ts')).renderJunit(report, context);
    case 'markdown':
      return (await import('../formats/markdown.ts')).renderMarkdown(report);
  }
}
