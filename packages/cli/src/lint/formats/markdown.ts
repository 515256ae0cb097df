import type { Diagnostic } from '@agentpolicy/core';
import { plural } from '../../report/diagnostics-pretty.ts';
import { escapeControls } from '../../terminal/printable.ts';
import type { LintReport } from '../linted-file.ts';
import { countSeverities } from '../verdict.ts';

/** A table is cut past so many findings: GitHub refuses a job summary of more than 1 MiB. */
const MAX_ROWS = 500;

/** The report for a pull request's comment or a job's summary. */
export function renderMarkdown(report: LintReport): string {
  const diagnostics = report.files.flatMap((file) => file.diagnostics);
  const lines = [`### AgentPolicy lint: ${summarize(diagnostics)} in ${plural(report.files.length, 'file')}`];
  if (diagnostics.length > 0) {
    lines.push('', '| | place | finding | rule |', '|---|---|---|---|');
    for (const diagnostic of diagnostics.slice(0, MAX_ROWS)) lines.push(renderRow(diagnostic));
    if (diagnostics.length > MAX_ROWS) lines.push('', `${diagnostics.length - MAX_ROWS} more are not shown.`);
  }
  const suppressed = report.files.flatMap((file) => file.suppressed);
  if (suppressed.length > 0) lines.push('', `${plural(suppressed.length, 'finding')} ignored or known.`);
  for (const { file, reason } of report.skipped)
    lines.push('', `Skipped ${escapeMarkdown(file)}: ${escapeMarkdown(reason)}.`);
  return `${lines.join('\n')}\n`;
}

function summarize(diagnostics: readonly Diagnostic[]): string {
  const { errors, warnings, infos } = countSeverities(diagnostics);
  if (diagnostics.length === 0) return 'nothing found';
  return `${plural(errors, 'error')}, ${plural(warnings, 'warning')}, ${infos} info`;
}

function renderRow({ severity, code, message, location, help }: Diagnostic): string {
  const { file, range } = location;
  const place = escapeMarkdown(`${file}:${range.start.line}:${range.start.column}`);
  const advice = help === undefined ? '' : `<br>${help.split('\n').map(escapeText).join('<br>')}`;
  return `| ${severity} | ${place} | ${escapeText(message)}${advice} | ${escapeMarkdown(code)} |`;
}

/** The user's text in backticks becomes code; an odd number of backticks means that they are the user's own. */
function escapeText(text: string): string {
  const parts = text.split('`');
  if (parts.length % 2 === 0) return escapeMarkdown(text);
  return parts
    .map((part, index) => (index % 2 === 1 ? `<code>${escapeMarkdown(part)}</code>` : escapeMarkdown(part)))
    .join('');
}

/** What a policy holds may be hostile: as entities, its marks are neither HTML, links, mentions nor cell borders. */
export function escapeMarkdown(text: string): string {
  return escapeControls(text).replace(/[!-'*+./:<-@[-`{-~]/g, (character) => `&#${character.charCodeAt(0)};`);
}
