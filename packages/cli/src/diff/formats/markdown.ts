import { escapeMarkdown } from '../../lint/formats/markdown.ts';
import { plural } from '../../report/diagnostics-pretty.ts';
import type { Comparison } from '../comparison.ts';
import { describeDifference } from '../describe.ts';
import { writeCall } from '../replay.ts';
import { countChanges, type DiffReport } from '../report.ts';

/** A table is cut past so many differences: GitHub refuses a comment of more than 64 KiB. */
const MAX_ROWS = 100;
const MAX_CALL = 300;

/** The report for a pull request's comment or a job's summary. */
export function renderMarkdown(report: DiffReport): string {
  const lines = [`### AgentPolicy: ${report.change} (${countChanges(report.comparisons)})`];
  const rows = report.comparisons.flatMap(listRows);
  if (rows.length > 0) {
    lines.push('', '| policy | change | what | from → to | a call that shows it |', '|---|---|---|---|---|');
    lines.push(...rows.slice(0, MAX_ROWS));
    if (rows.length > MAX_ROWS) lines.push('', `${rows.length - MAX_ROWS} more are not shown.`);
  }
  if (report.recorded !== null) lines.push('', ...describeRecorded(report.recorded));
  return `${lines.join('\n')}\n`;
}

function describeRecorded({ calls, changes }: NonNullable<DiffReport['recorded']>): string[] {
  if (changes.length === 0) return [`All of ${plural(calls, 'recorded call')} decided as before.`];
  return [
    `Of ${plural(calls, 'recorded call')}:`,
    '',
    ...changes
      .slice(0, MAX_ROWS)
      .map(
        ({ change, tool, from, to, calls: count, file, line }) =>
          `- ${change} ${escapeMarkdown(tool)} ${from} → ${to}: ${plural(count, 'call')}, the first at ${escapeMarkdown(`${file}:${line}`)}`,
      ),
    ...(changes.length > MAX_ROWS ? [`- ${changes.length - MAX_ROWS} more`] : []),
  ];
}

function listRows(comparison: Comparison): string[] {
  switch (comparison.kind) {
    case 'same':
      return [];
    case 'added':
      return [`| ${escapeMarkdown(comparison.next.label)} | added | all that it allows is new | | |`];
    case 'deleted':
      return [`| ${escapeMarkdown(comparison.old.label)} | deleted | it holds nothing back any more | | |`];
    case 'compared':
      return comparison.differences.map((one) => {
        const { change, subject, detail, note } = describeDifference(one);
        const call = one.kind === 'calls' && one.witness !== null ? code(writeCall(one.witness)) : '';
        const said = note === null ? '' : `<br>${escapeMarkdown(note)}`;
        const cells = [escapeMarkdown(comparison.next.label), change, escapeMarkdown(subject)];
        return `| ${[...cells, escapeMarkdown(detail), `${call}${said}`].join(' | ')} |`;
      });
  }
}

function code(text: string): string {
  const shown = text.length > MAX_CALL ? `${text.slice(0, MAX_CALL)}…` : text;
  return `<code>${escapeMarkdown(shown)}</code>`;
}
