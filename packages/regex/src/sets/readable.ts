import type { Alphabet } from '../match/alphabet.ts';

/** Characters in the order in which an example should use them, and how unpleasant each group is. */
const PREFERENCE: readonly (readonly [string, number])[] = [
  ['abcdefghijklmnopqrstuvwxyz', 0],
  ['0123456789', 0],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZ', 1],
  ['-_./:', 2],
  ['@=+,;~#%&*!?()[]{}<>|^$"\'`\\', 4],
  [' ', 6],
];
const FIRST_BEYOND_ASCII = 0xa1;
const BEYOND_ASCII = 20;
const CONTROL = 50;

/** The character that stands for a class in an example. */
export interface Representative {
  readonly char: string;
  /** The lower, the more readable. */
  readonly penalty: number;
}

/** The most readable character of each class. */
export function pickRepresentatives(alphabet: Alphabet): readonly Representative[] {
  const picked = new Array<Representative | undefined>(alphabet.size).fill(undefined);
  for (const [chars, penalty] of PREFERENCE) {
    for (const char of chars) picked[alphabet.classOf(char.charCodeAt(0))] ??= { char, penalty };
  }
  alphabet.starts.forEach((start, i) => {
    const cls = alphabet.classes[i] ?? 0;
    const end = alphabet.starts[i + 1] ?? 0x110000;
    if (picked[cls] !== undefined || end <= FIRST_BEYOND_ASCII) return;
    const code = Math.max(start, FIRST_BEYOND_ASCII);
    const isSurrogate = code >= 0xd800 && code <= 0xdfff;
    const visible = isSurrogate ? 0xe000 : code;
    if (visible < end) picked[cls] = { char: String.fromCodePoint(visible), penalty: BEYOND_ASCII };
  });
  const firsts = alphabet.representatives();
  return picked.map(
    (found, cls) => found ?? { char: String.fromCodePoint(firsts[cls] ?? 0), penalty: CONTROL },
  );
}
