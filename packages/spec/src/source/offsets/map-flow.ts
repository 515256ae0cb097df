import { isBlank, isBreak, skipBlanks, skipBreak } from './lines.ts';
import { createScalarText, type ScalarText, type ScalarTextBuilder } from './scalar-text.ts';

/**
 * Folds the line breaks from `at` on (YAML 1.2 §6.5): one break is a space, more are one line feed fewer. Blanks
 * around them belong to the fold. `escaped` says that a backslash took the first break away. Gives where the text goes on.
 */
function foldBreaks(
  source: string,
  blanks: number,
  at: number,
  escaped: boolean,
  out: ScalarTextBuilder,
): number {
  let next = skipBlanks(source, skipBreak(source, at));
  const empty: number[] = [];
  while (isBreak(source, next)) {
    empty.push(next);
    next = skipBlanks(source, skipBreak(source, next));
  }
  if (empty.length > 0) {
    empty.forEach((start, index) => {
      out.add('\n', index === 0 ? blanks : start, empty[index + 1] ?? next);
    });
  } else if (!escaped) out.add(' ', blanks, next);
  return next;
}

/** Copies a run of blanks, or folds it together with the line break that follows. */
function readBlanks(source: string, at: number, end: number, out: ScalarTextBuilder): number {
  const after = skipBlanks(source, at);
  if (after < end && isBreak(source, after)) return foldBreaks(source, at, after, false, out);
  const stop = Math.min(after, end);
  out.copy(source, at, stop);
  return stop;
}

/** Maps a plain scalar that stands at `start` up to `end`. */
export function mapPlain(source: string, start: number, end: number): ScalarText {
  const out = createScalarText();
  for (let at = start; at < end; ) {
    if (isBlank(source, at) || isBreak(source, at)) at = readBlanks(source, at, end, out);
    else {
      out.copy(source, at, at + 1);
      at++;
    }
  }
  return out.finish();
}

/** Maps a single-quoted scalar: `''` is a quote. `start` and `end` include the quotes. */
export function mapSingleQuoted(source: string, start: number, end: number): ScalarText {
  const out = createScalarText();
  const stop = end - 1;
  for (let at = start + 1; at < stop; ) {
    if (isBlank(source, at) || isBreak(source, at)) at = readBlanks(source, at, stop, out);
    else if (source[at] === "'") {
      out.add("'", at, at + 2);
      at += 2;
    } else {
      out.copy(source, at, at + 1);
      at++;
    }
  }
  return out.finish();
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['t', '\t'],
  ['\t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\x1b'],
  [' ', ' '],
  ['"', '"'],
  ['/', '/'],
  ['\\', '\\'],
  ['N', '\x85'],
  ['_', '\xa0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
]);

const HEX_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

/** Maps the escape at a backslash; gives where the text goes on. */
function readEscape(source: string, at: number, out: ScalarTextBuilder): number {
  const letter = source.charAt(at + 1);
  const digits = HEX_LENGTHS.get(letter);
  if (digits !== undefined) {
    const end = at + 2 + digits;
    const code = Number.parseInt(source.slice(at + 2, end), 16);
    out.add(code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd', at, end);
    return end;
  }
  if (isBreak(source, at + 1)) return foldBreaks(source, at, at + 1, true, out);
  out.add(ESCAPES.get(letter) ?? letter, at, at + 2);
  return at + 2;
}

/** Maps a double-quoted scalar. `start` and `end` include the quotes. */
export function mapDoubleQuoted(source: string, start: number, end: number): ScalarText {
  const out = createScalarText();
  const stop = end - 1;
  for (let at = start + 1; at < stop; ) {
    if (isBlank(source, at) || isBreak(source, at)) at = readBlanks(source, at, stop, out);
    else if (source[at] === '\\') at = readEscape(source, at, out);
    else {
      out.copy(source, at, at + 1);
      at++;
    }
  }
  return out.finish();
}
