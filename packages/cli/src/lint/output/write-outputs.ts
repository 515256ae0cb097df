import type { CommandContext } from '../../context.ts';
import { appendJobSummary, type Output, PLAIN, writeOutputs as writeReports } from '../../report/outputs.ts';
import { readColumns } from '../../terminal/columns.ts';
import type { RenderContext } from '../formats/render-context.ts';
import type { LintReport } from '../linted-file.ts';
import type { LintFormat } from './formats.ts';

/**
 * Writes the reports that were asked for. With annotations for GitHub Actions comes the job's summary, where the
 * runner has a file for it.
 */
export async function writeOutputs(
  context: CommandContext,
  outputs: readonly Output<LintFormat>[],
  report: LintReport,
  render: Omit<RenderContext, 'style' | 'columns'>,
): Promise<void> {
  const screen = readColumns(context.stdout);
  await writeReports(context, outputs, (format, style) => {
    const columns = style === PLAIN ? undefined : screen;
    return renderReport(format, report, { ...render, style, columns });
  });
  if (outputs.some(({ format }) => format === 'github'))
    appendJobSummary(
      context,
      await renderReport('markdown', report, { ...render, style: PLAIN, columns: undefined }),
    );
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
