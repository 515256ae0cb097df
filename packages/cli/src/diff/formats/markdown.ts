import type { Difference } from '@agentpolicy/analysis';
import { escapeMarkdown } from '../../lint/formats/markdown.ts';
import { plural } from '../../report/diagnostics-pretty.ts';
import { describeUnused, renderEntries } from '../acknowledge/acknowledge.ts';
import type { Comparison } from '../comparison.ts';
import { describeDifference } from '../describe.ts';
import { writeCall } from '../replay.ts';
import {
  countChanges,
  type DiffReport,
  describeAcknowledgement,
  findAcknowledgement,
  summarizeRecorded,
} from '../report.ts';

/** A table is cut past so many differences: GitHub refuses a comment of more than 64 KiB. */
const MAX_ROWS = 100;
const MAX_CALL = 300;
const MAX_ENTRIES = 30;

/** The report for a pull request's comment or a job's summary. */
export function renderMarkdown(report: DiffReport): string {
  const lines = [`### AgentPolicy: ${report.change} (${countChanges(report.comparisons)})`];
  const rows = report.comparisons.flatMap((each) => listRows(report, each));
  if (rows.length > 0) {
    lines.push('', '| policy | change | what | from → to | a call that shows it |', '|---|---|---|---|---|');
    lines.push(...rows.slice(0, MAX_ROWS));
    if (rows.length > MAX_ROWS) lines.push('', `${rows.length - MAX_ROWS} more are not shown.`);
  }
  if (report.recorded !== null) lines.push('', ...describeRecorded(report, report.recorded));
  lines.push(...describeAcknowledgements(report));
  return `${lines.join('\n')}\n`;
}

/** What is acknowledged for nothing, and the lines that acknowledge what is left. */
function describeAcknowledgements({ acknowledged, stopped }: DiffReport): string[] {
  if (acknowledged === null) return [];
  const { file, open, unused } = acknowledged;
  const lines = unused.slice(0, MAX_ROWS).map((one) => {
    const place = escapeMarkdown(`${file}:${one.entry.line}`);
    return `- ${place} acknowledges nothing: ${escapeMarkdown(describeUnused(one))}`;
  });
  if (lines.length > 0) lines.unshift('');
  if (!stopped || open.length === 0) return lines;
  const entries = renderEntries(acknowledged.hasEntries, open.slice(0, MAX_ENTRIES)).map((line) =>
    escapeMarkdown(line),
  );
  const more = open.length > MAX_ENTRIES ? `, and ${open.length - MAX_ENTRIES} more` : '';
  return [
    ...lines,
    '',
    `<details><summary>To acknowledge what is intended, add to ${escapeMarkdown(file)}${more}</summary>`,
    '',
    `<pre>${entries.join('&#10;')}</pre>`,
    '</details>',
  ];
}

function describeRecorded(
  report: DiffReport,
  { calls, changes }: NonNullable<DiffReport['recorded']>,
): string[] {
  if (changes.length === 0) return [`All of ${plural(calls, 'recorded call')} decided as before.`];
  return [
    `${summarizeRecorded(report)}, of ${plural(calls, 'recorded call')}:`,
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

function listRows(report: DiffReport, comparison: Comparison): string[] {
  const known = (key: Comparison | Difference): string => {
    const entry = findAcknowledgement(report, key);
    return entry === undefined ? '' : `<br>${escapeMarkdown(describeAcknowledgement(entry))}`;
  };
  switch (comparison.kind) {
    case 'same':
      return [];
    case 'added':
      return [
        `| ${escapeMarkdown(comparison.next.label)} | added | all that it allows is new | | ${known(comparison)} |`,
      ];
    case 'deleted':
      return [
        `| ${escapeMarkdown(comparison.old.label)} | deleted | it holds nothing back any more | | ${known(comparison)} |`,
      ];
    case 'unread':
      return [
        `| ${escapeMarkdown(comparison.label)} | unknown | not compared | ${escapeMarkdown(comparison.why)} | ${known(comparison)} |`,
      ];
    case 'compared':
      return comparison.differences.map((one) => {
        const { change, subject, detail, note } = describeDifference(one);
        const call = one.kind === 'calls' && one.witness !== null ? code(writeCall(one.witness)) : '';
        const said = note === null ? '' : `<br>${escapeMarkdown(note)}`;
        const cells = [escapeMarkdown(comparison.next.label), change, escapeMarkdown(subject)];
        return `| ${[...cells, escapeMarkdown(detail), `${call}${said}${known(one)}`].join(' | ')} |`;
      });
  }
}

function code(text: string): string {
  const shown = text.length > MAX_CALL ? `${text.slice(0, MAX_CALL)}…` : text;
  return `<code>${escapeMarkdown(shown)}</code>`;
}
