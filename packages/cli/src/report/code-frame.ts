import type { Range, TextIndex } from '@agentpolicy/core';
import stringWidth from 'string-width';
import { escapeControls } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';

/** How much of a long line is shown around the place that matters, at most and at least. */
const MAX_WIDTH = 100;
const MIN_WIDTH = 40;
const LEAD = 30;

export interface FrameOptions {
  /** The width of the terminal; undefined where nobody watches. */
  readonly columns?: number | undefined;
  /** The colour of the carets; that of an error unless told. */
  readonly paint?: ((text: string) => string) | undefined;
}

/** The gutter and the spaces before it take this many columns beside the number, and cuts are marked. */
const MARGIN = 7;

interface Part {
  readonly before: string;
  readonly marked: string;
  readonly after: string;
}

/**
 * Shows the line where a range starts, with carets under the range. Tabs and control characters are shown as
 * escapes or spaces, wide characters count double, and a long line is cut around the range: at `columns`, if given.
 */
export function renderCodeFrame(
  index: TextIndex,
  range: Range,
  style: Style,
  { columns, paint = style.error }: FrameOptions = {},
): string[] {
  const { line, column } = range.start;
  const text = index.lineText(line);
  const end = range.end.line === line ? range.end.column : text.length + 1;
  const number = String(line);
  const room = columns === undefined ? MAX_WIDTH : columns - number.length - MARGIN;
  const limit = Math.max(Math.min(room, MAX_WIDTH), MIN_WIDTH);
  const part = cut(limit, {
    before: show(text.slice(0, column - 1)),
    marked: show(text.slice(column - 1, Math.max(end - 1, column - 1))),
    after: show(text.slice(Math.max(end - 1, column - 1))),
  });
  const gutter = ' '.repeat(number.length);
  const carets = '^'.repeat(Math.max(measureWidth(part.marked), 1));
  return [
    style.dim(`${gutter} |`),
    `${style.dim(`${number} |`)} ${part.before}${part.marked}${part.after}`.trimEnd(),
    `${style.dim(`${gutter} |`)} ${' '.repeat(measureWidth(part.before))}${paint(carets)}`,
  ];
}

/** The tables of wide characters are only loaded for a text that may have some. */
function measureWidth(text: string): number {
  return /^[\x20-\x7e]*$/.test(text) ? text.length : stringWidth(text);
}

function show(text: string): string {
  return escapeControls(text.replaceAll('\t', '    '));
}

function cut(limit: number, part: Part): Part {
  const { before, marked, after } = part;
  if (before.length + marked.length + after.length <= limit) return part;
  const lead = before.length > LEAD ? `…${before.slice(-LEAD)}` : before;
  const room = limit - lead.length;
  if (marked.length >= room) return { before: lead, marked: `${marked.slice(0, room)}…`, after: '' };
  const rest = room - marked.length;
  return { before: lead, marked, after: after.length > rest ? `${after.slice(0, rest)}…` : after };
}
