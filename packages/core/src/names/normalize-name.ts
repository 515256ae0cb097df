import { type CodePointSet, decodeRanges } from '../unicode/code-point-set.ts';
import { UNASSIGNED_RANGES, VISIBLE_RANGES } from '../unicode/name-ranges.gen.ts';

/**
 * The longest name of a method, tool or protocol field that is worth comparing, in UTF-16 units. No policy or
 * server names anything near it; whoever judges what others sent refuses longer ones before normalizing them.
 */
export const MAX_NAME_LENGTH = 1024;

let visible: CodePointSet | undefined;
let unassigned: CodePointSet | undefined;

/**
 * The form in which tool and method names are compared (v1alpha1 §4.1): NFKC, lower case, only letters,
 * marks, numbers, punctuation, symbols and spaces, no white space at the ends, repeated until nothing changes.
 *
 * The specification's single pass is not idempotent: a zero-width character beside a space leaves the space.
 * Characters that the pinned Unicode version does not know are dropped first, so that a newer Node, which
 * may know how to decompose them, gives the same answer. Look-alikes of other scripts are not folded.
 */
export function normalizeName(name: string): string {
  if (isPlain(name)) return name;
  if (!/[\u0080-\uffff]/.test(name)) return normalizeAscii(name);
  let current = name;
  for (;;) {
    const next = normalizeOnce(current);
    if (next === current) return next;
    current = next;
  }
}

/** ASCII names in lower case without spaces at the ends are what most names are: they stay as they are. */
function isPlain(name: string): boolean {
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at);
    if (code <= 0x20 || code >= 0x7f || (code >= 0x41 && code <= 0x5a)) return false;
  }
  return true;
}

/** NFKC leaves ASCII as it is, and all of it but its control characters is visible: no table is needed. */
function normalizeAscii(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^ -~]/g, '')
    .trim();
}

/** More combining marks than this on one character are no name of anybody's: the Stream-Safe Text Format's limit. */
const MAX_MARKS = 30;
const COMBINING_GRAPHEME_JOINER = '\u034f';

/**
 * Puts a joiner after every thirty combining marks in a row (UAX #15, Stream-Safe Text Process). Normalization
 * sorts a run of marks in quadratic time; a hostile name must not make use of that.
 */
function boundMarks(text: string): string {
  if (text.length <= MAX_MARKS) return text;
  let bounded = '';
  let run = 0;
  for (const character of text) {
    if (character === COMBINING_GRAPHEME_JOINER || !/\p{M}/u.test(character)) run = 0;
    else if (++run > MAX_MARKS) {
      bounded += COMBINING_GRAPHEME_JOINER;
      run = 1;
    }
    bounded += character;
  }
  return bounded;
}

function normalizeOnce(name: string): string {
  unassigned ??= decodeRanges(UNASSIGNED_RANGES);
  visible ??= decodeRanges(VISIBLE_RANGES);
  let known = '';
  for (const character of name) {
    if (!unassigned.has(character.codePointAt(0) ?? 0)) known += character;
  }
  let kept = '';
  for (const character of boundMarks(known).normalize('NFKC')) {
    // Lower case for each character alone: the final form of sigma would depend on its neighbours.
    for (const lower of character.toLowerCase()) {
      if (lower === ' ' || visible.has(lower.codePointAt(0) ?? 0)) kept += lower;
    }
  }
  return kept.trim();
}
