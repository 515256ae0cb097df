import { escapeControls } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';
import type { TraceRow } from './trace-rows.ts';

const COLUMNS = { line: 6, time: 12, side: 2, method: 26, tool: 24 } as const;

/** The names of the columns of `formatTraceRow`. */
export const TRACE_HEADER = [
  'line'.padStart(COLUMNS.line),
  'time (UTC)'.padEnd(COLUMNS.time),
  ' '.repeat(COLUMNS.side),
  'method'.padEnd(COLUMNS.method),
  'tool'.padEnd(COLUMNS.tool),
  'arguments, answer',
].join('  ');

/** One row as a line of so many characters; what a message holds is escaped, cut, and obeyed by no terminal. */
export function formatTraceRow(row: TraceRow, width: number, style: Style): string {
  const time = row.time === null ? '' : new Date(row.time).toISOString().slice(11, 23);
  const cells = [
    String(row.line).padStart(COLUMNS.line),
    time.padEnd(COLUMNS.time),
    arrowOf(row).padEnd(COLUMNS.side),
    fit(methodOf(row), COLUMNS.method),
    fit(row.tool ?? '', COLUMNS.tool),
  ];
  const start = cells.join('  ');
  const marks = marksOf(row);
  const detail = cut(row.detail, Math.max(20, width - start.length - marks.length - 2));
  return `${paint(row, style)(`${start}  ${detail}`.trimEnd())}${marks === '' ? '' : style.warning(marks)}`;
}

function arrowOf(row: TraceRow): string {
  switch (row.kind) {
    case 'damaged':
      return '!!';
    case 'stderr':
      return '2>';
    case 'transport':
      return '--';
    case 'request':
    case 'notification':
    case 'response':
    case 'invalid':
      return row.from === 'client' ? '->' : '<-';
  }
}

function methodOf(row: TraceRow): string {
  switch (row.kind) {
    case 'response':
      return `${row.failed ? 'error of' : 'answer to'} ${row.method ?? '?'}`;
    case 'invalid':
      return 'no acceptable message';
    case 'damaged':
      return 'damaged line';
    case 'stderr':
      return 'standard error';
    case 'transport':
      return 'transport';
    case 'request':
    case 'notification':
      return row.method ?? '';
  }
}

function marksOf({ redacted, inexact }: TraceRow): string {
  const names = [...redacted.keys()].map(escapeControls);
  const parts = names.length === 0 ? [] : [`redacted: ${names.join(', ')}`];
  if (inexact !== null) parts.push(`inexact: ${escapeControls(inexact)}`);
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`;
}

function paint(row: TraceRow, style: Style): (text: string) => string {
  if (row.kind === 'damaged' || row.kind === 'invalid') return style.error;
  if (row.kind === 'stderr' || row.kind === 'transport') return style.dim;
  if (row.failed) return style.warning;
  return row.tool !== null && row.kind !== 'response' ? style.bold : (text) => text;
}

function fit(text: string, width: number): string {
  return cut(text, width).padEnd(width);
}

/** Escaped first: what is cut is what is seen. */
function cut(text: string, width: number): string {
  const shown = escapeControls(text.slice(0, width * 2));
  return shown.length > width || text.length > width * 2 ? `${shown.slice(0, width - 1)}…` : shown;
}
