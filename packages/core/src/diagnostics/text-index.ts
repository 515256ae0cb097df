import type { Position, Range } from './diagnostic.ts';

/** Turns offsets of one text into lines and columns. */
export interface TextIndex {
  readonly text: string;
  readonly lineCount: number;
  /** The position of an offset; offsets outside the text are moved to its nearest end. */
  positionAt(offset: number): Position;
  rangeAt(start: number, end: number): Range;
  /** The text of a line (counted from 1) without its line break; empty where there is no such line. */
  lineText(line: number): string;
}

/** Indexes a text's lines. A line ends with LF; a CR before it belongs to the break. */
export function createTextIndex(text: string): TextIndex {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);

  function lineOf(offset: number): number {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  function positionAt(wanted: number): Position {
    const offset = Math.min(Math.max(wanted, 0), text.length);
    const line = lineOf(offset);
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1, offset };
  }

  return {
    text,
    lineCount: starts.length,
    positionAt,
    rangeAt: (start, end) => ({ start: positionAt(start), end: positionAt(end) }),
    lineText(line) {
      const start = starts[line - 1];
      if (start === undefined) return '';
      const next = starts[line];
      if (next === undefined) return text.slice(start);
      const end = next - 1;
      return text.slice(start, text[end - 1] === '\r' && end > start ? end - 1 : end);
    },
  };
}
