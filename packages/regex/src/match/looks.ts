/**
 * What has to hold between two characters, and what is known of the characters on both sides. Word
 * characters are ASCII letters, digits and `_`; a line ends at `\n` only.
 */
export const LOOK = {
  beginText: 1,
  endText: 2,
  beginLine: 4,
  endLine: 8,
  word: 16,
  notWord: 32,
} as const;

/** Looks that need to know the next character. */
export const LOOK_AHEAD = LOOK.endText | LOOK.endLine | LOOK.word | LOOK.notWord;
const WORD_LOOKS = LOOK.word | LOOK.notWord;
const LINE_LOOKS = LOOK.beginLine | LOOK.endLine;

/** What a neighbour is: nothing (the text's edge), `\n`, a word character, any other. */
export const SIDE = { edge: 0, newline: 1, word: 2, other: 3 } as const;
export const SIDES = 4;

/**
 * Which looks hold between a character of kind `before` and one of kind `after`: index `before * 4 +
 * after`.
 */
const HOLDING = new Uint8Array(SIDES * SIDES);
for (let before = 0; before < SIDES; before++) {
  for (let after = 0; after < SIDES; after++) {
    const boundary = (before === SIDE.word) !== (after === SIDE.word);
    HOLDING[before * SIDES + after] =
      (before === SIDE.edge ? LOOK.beginText : 0) |
      (before <= SIDE.newline ? LOOK.beginLine : 0) |
      (after === SIDE.edge ? LOOK.endText : 0) |
      (after <= SIDE.newline ? LOOK.endLine : 0) |
      (boundary ? LOOK.word : LOOK.notWord);
  }
}

export function looksBetween(before: number, after: number): number {
  return HOLDING[before * SIDES + after] ?? 0;
}

export function sideOfCodePoint(codePoint: number): number {
  if (codePoint === 10) return SIDE.newline;
  return isWord(codePoint) ? SIDE.word : SIDE.other;
}

function isWord(codePoint: number): boolean {
  if (codePoint <= 57) return codePoint >= 48;
  if (codePoint <= 90) return codePoint >= 65;
  return codePoint === 95 || (codePoint >= 97 && codePoint <= 122);
}

/**
 * Reduces a side to what a program with the given looks can tell apart, so that automata do not keep states
 * that differ in nothing that matters.
 */
export function simplifySide(side: number, looks: number): number {
  if (side === SIDE.word && (looks & WORD_LOOKS) === 0) return SIDE.other;
  if (side === SIDE.newline && (looks & LINE_LOOKS) === 0) return SIDE.other;
  return side;
}

/** Code points at which a character's kind changes, as far as the given looks care. */
export function sideBoundaries(looks: number): readonly number[] {
  const out: number[] = [];
  if ((looks & LINE_LOOKS) !== 0) out.push(10, 11);
  if ((looks & WORD_LOOKS) !== 0) out.push(48, 58, 65, 91, 95, 96, 97, 123);
  return out;
}
