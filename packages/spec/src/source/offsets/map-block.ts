import { isBreak, skipBreak } from './lines.ts';
import { createScalarText, type ScalarText } from './scalar-text.ts';

/** One line of the content: its text behind the indentation. */
interface Line {
  readonly start: number;
  readonly end: number;
}

/** Where the first line behind the header (`|`, `>-`, `|2 # comment`) begins. */
function skipHeader(source: string, start: number): number {
  let at = start;
  while (at < source.length && !isBreak(source, at)) at++;
  return skipBreak(source, at);
}

function countSpaces(source: string, from: number): number {
  let at = from;
  while (source[at] === ' ') at++;
  return at - from;
}

/** How many spaces stand before the first character of a value that is no space and no line feed, on its line. */
function countLeadingSpaces(value: string): number {
  let lineStart = 0;
  for (let at = 0; ; at++) {
    if (value[at] === '\n') lineStart = at + 1;
    else if (value[at] !== ' ') return at - lineStart;
  }
}

/**
 * How many spaces each line loses: what the first line that holds something has in the source, less what it
 * still has in the value. So a header's indentation digit needs no reading.
 */
function findIndent(source: string, from: number, end: number, value: string): number {
  for (let at = from; at < end; ) {
    const spaces = countSpaces(source, at);
    if (at + spaces < end && !isBreak(source, at + spaces)) {
      return spaces - countLeadingSpaces(value);
    }
    at = skipLine(source, at, end);
  }
  return 0;
}

function skipLine(source: string, from: number, end: number): number {
  let at = from;
  while (at < end && !isBreak(source, at)) at++;
  return at < end ? skipBreak(source, at) : end;
}

function readLines(source: string, from: number, end: number, indent: number): readonly Line[] {
  const lines: Line[] = [];
  for (let at = from; at < end; ) {
    const next = skipLine(source, at, end);
    let stop = next;
    if (source[stop - 1] === '\n') stop--;
    if (source[stop - 1] === '\r') stop--;
    lines.push({
      start: Math.min(at + Math.min(countSpaces(source, at), indent), stop),
      end: Math.max(stop, at),
    });
    at = next;
  }
  return lines;
}

/** How many units of the value, from `at` on, are breaks between lines: line feeds, or the one space of a fold. */
function countSeparators(value: string, at: number, folded: boolean): number {
  let count = 0;
  while (value[at + count] === '\n') count++;
  return count === 0 && folded && at > 0 && value[at] === ' ' ? 1 : count;
}

/**
 * Maps a block scalar (literal or folded, any chomping) that stands at `start` up to `end` by laying its known value
 * along the lines of the source: between their texts, the value has nothing but folded breaks.
 */
export function mapBlock(source: string, start: number, end: number, value: string): ScalarText {
  const folded = source[start] === '>';
  const content = skipHeader(source, start);
  const out = createScalarText();
  let breakStart = content;
  for (const line of readLines(source, content, end, findIndent(source, content, end, value))) {
    if (line.start === line.end) continue;
    const separators = countSeparators(value, out.length, folded);
    const text = source.slice(line.start, line.end);
    if (!value.startsWith(text, out.length + separators)) break;
    out.add(value.slice(out.length, out.length + separators), breakStart, line.start);
    out.copy(source, line.start, line.end);
    breakStart = line.end;
  }
  out.add(value.slice(out.length), breakStart, Math.max(end, breakStart));
  return out.finish();
}
