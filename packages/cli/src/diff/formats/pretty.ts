import type { Change, Difference, Place } from '@agentpolicy/analysis';
import stringWidth from 'string-width';
import { renderCodeFrame } from '../../report/code-frame.ts';
import { plural } from '../../report/diagnostics-pretty.ts';
import { escapeControls } from '../../terminal/printable.ts';
import type { Style } from '../../terminal/style.ts';
import { describeUnused, renderEntries } from '../acknowledge/acknowledge.ts';
import type { ComparedPolicy } from '../compared-policy.ts';
import type { Comparison } from '../comparison.ts';
import { describeDifference } from '../describe.ts';
import type { RecordedChange } from '../recorded-calls.ts';
import { writeCall } from '../replay.ts';
import {
  countChanges,
  type DiffReport,
  describeAcknowledgement,
  findAcknowledgement,
  summarizeRecorded,
  toRange,
} from '../report.ts';
import type { DiffRenderContext } from './render.ts';

/** The report for a person: each difference with a call that shows it and the two places side by side. */
export function renderPretty(report: DiffReport, context: DiffRenderContext): string {
  const { style } = context;
  const lines = report.comparisons.flatMap((each) => renderComparison(report, each, context));
  if (report.recorded !== null) {
    const { calls, changes } = report.recorded;
    lines.push(
      style.bold(
        `${plural(calls, 'recorded call')}: ${changes.length === 0 ? 'all decided as before' : summarizeRecorded(report)}`,
      ),
      ...changes.map((change) => `  ${renderRecorded(change, style)}`),
      '',
    );
  }
  lines.push(...renderAcknowledgements(report, style));
  const paint = report.stopped ? style.error : style.good;
  lines.push(`${paint(report.change)}: ${countChanges(report.comparisons)} ${escapeControls(report.title)}`);
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

/** What is acknowledged for nothing, and the lines that acknowledge what is left. */
function renderAcknowledgements({ acknowledged, stopped }: DiffReport, style: Style): string[] {
  if (acknowledged === null) return [];
  const file = escapeControls(acknowledged.file);
  const unused = acknowledged.unused.map(
    (one) => `${style.warning('unused')} ${file}:${one.entry.line}: ${escapeControls(describeUnused(one))}`,
  );
  if (unused.length > 0) unused.push('');
  if (!stopped || acknowledged.open.length === 0) return unused;
  return [
    ...unused,
    style.dim(`To acknowledge what is intended, add to ${file}:`),
    ...renderEntries(acknowledged.hasEntries, acknowledged.open).map(escapeControls),
    '',
  ];
}

function renderComparison(report: DiffReport, comparison: Comparison, context: DiffRenderContext): string[] {
  const { style } = context;
  const known = (key: Comparison | Difference): string[] => {
    const entry = findAcknowledgement(report, key);
    return entry === undefined ? [] : [`    ${style.good(escapeControls(describeAcknowledgement(entry)))}`];
  };
  switch (comparison.kind) {
    case 'same': {
      const { old, next } = comparison;
      if (old === next) return [];
      return [`${style.bold(`${escapeControls(old)} → ${escapeControls(next)}`)} renamed, and unchanged`, ''];
    }
    case 'added':
      return [
        `${style.bold(escapeControls(comparison.next.label))} ${style.error('added')}: there is nothing to compare it with, so all that it allows is new`,
        ...known(comparison),
        '',
      ];
    case 'deleted':
      return [
        `${style.bold(escapeControls(comparison.old.label))} ${style.error('deleted')}: what it held back is held back no more`,
        ...known(comparison),
        '',
      ];
    case 'unread':
      return [
        `${style.bold(escapeControls(comparison.label))} ${style.error('not compared')}: ${escapeControls(comparison.why)}`,
        ...known(comparison),
        '',
      ];
    case 'compared': {
      const { old, next, change, differences } = comparison;
      const head = `${style.bold(`${escapeControls(old.label)} → ${escapeControls(next.label)}`)} ${paintChange(change, style)}`;
      return [
        head,
        ...differences.flatMap((one) => renderDifference(old, next, one, known(one), context)),
        '',
      ];
    }
  }
}

function renderDifference(
  old: ComparedPolicy,
  next: ComparedPolicy,
  one: Difference,
  acknowledged: readonly string[],
  context: DiffRenderContext,
): string[] {
  const { style } = context;
  const { change, subject, detail, note } = describeDifference(one);
  const said = note === null ? '' : ` ${style.dim(`(${escapeControls(note)})`)}`;
  const lines = [
    '',
    `  ${paintChange(change, style)} ${style.bold(escapeControls(subject))} ${escapeControls(detail)}${said}`,
  ];
  if (one.kind === 'calls' && one.witness !== null)
    lines.push(`    ${escapeControls(writeCall(one.witness))}`);
  lines.push(...acknowledged);
  const left = renderPlaces(old, one.places.old, style);
  const right = renderPlaces(next, one.places.next, style);
  return [...lines, ...joinSides(left, right, context.width).map((line) => `    ${line}`)];
}

function renderPlaces(policy: ComparedPolicy, places: readonly Place[], style: Style): string[] {
  return places.flatMap((place) => {
    const range = toRange(place);
    const label = escapeControls(policy.label);
    if (range === null) return [`${label} ${escapeControls(place.pointer)}`];
    const head = `${label}:${range.start.line}:${range.start.column}`;
    return policy.source === null
      ? [`${head} ${escapeControls(place.pointer)}`]
      : [head, ...renderCodeFrame(policy.source, range, style)];
  });
}

const GAP = '   ';

/** Two blocks beside each other where they fit, else one below the other. */
function joinSides(left: readonly string[], right: readonly string[], width: number): readonly string[] {
  if (left.length === 0 || right.length === 0) return [...left, ...right];
  const widest = (lines: readonly string[]): number => Math.max(...lines.map((line) => stringWidth(line)));
  const column = widest(left);
  if (column + GAP.length + widest(right) > width) return [...left, ...right];
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
    const line = left[index] ?? '';
    return `${line}${' '.repeat(column - stringWidth(line))}${GAP}${right[index] ?? ''}`;
  });
}

function renderRecorded({ change, tool, from, to, calls, file, line }: RecordedChange, style: Style): string {
  return `${paintChange(change, style)} ${escapeControls(tool)} ${from} → ${to}: ${plural(calls, 'call')}, the first at ${escapeControls(file)}:${line}`;
}

function paintChange(change: Change, style: Style): string {
  switch (change) {
    case 'widened':
    case 'moved':
    case 'unknown':
      return style.error(change);
    case 'narrowed':
      return style.warning(change);
    case 'unchanged':
      return style.good(change);
  }
}
