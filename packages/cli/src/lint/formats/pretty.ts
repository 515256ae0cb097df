import { type FindText, plural, renderDiagnostic, renderSummary } from '../../report/diagnostics-pretty.ts';
import type { LintReport } from '../linted-file.ts';
import type { RenderContext } from './render-context.ts';

/** The report for a person: each finding with its line, and one line about all of them. */
export function renderPretty(report: LintReport, { style, columns }: RenderContext): string {
  const lines: string[] = [];
  for (const { diagnostics, index, file } of report.files) {
    for (const diagnostic of diagnostics) {
      const findText: FindText = (name) => (name === file ? index : undefined);
      lines.push(...renderDiagnostic(diagnostic, findText, style, columns), '');
    }
  }
  const all = report.files.flatMap(({ diagnostics }) => diagnostics);
  lines.push(renderSummary(all, report.files.length, style) + style.dim(describeRest(report)));
  return lines.map((line) => `${line}\n`).join('');
}

function describeRest(report: LintReport): string {
  const suppressed = report.files.flatMap((file) => file.suppressed);
  const ignored = suppressed.filter(({ by }) => by === 'comment').length;
  const known = suppressed.length - ignored;
  const parts = [
    report.fixed > 0 ? `${report.fixed} fixed` : '',
    ignored > 0 ? `${ignored} ignored` : '',
    known > 0 ? `${known} in the baseline` : '',
    report.skipped.length > 0 ? `${plural(report.skipped.length, 'file')} skipped` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
