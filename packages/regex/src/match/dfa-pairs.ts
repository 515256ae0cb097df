import type { PreparedDfa } from './dfa-prepare.ts';
import type { TableBudget } from './table-budget.ts';

/** The most entries that a table of pairs may have, which is what its offsets can hold: 128 KiB. */
const MAX_ENTRIES = 1 << 16;
/** An automaton gets its table at this test: making it takes as long as a few thousand. */
export const WORTH_AT = 1000;

/**
 * An automaton that reads two ASCII characters with one entry. A row has an entry for each two classes, and for
 * each class and the end of the text: where the text ends, the entry is already the answer.
 */
export interface PairTable {
  readonly cells: Uint16Array;
  /** By ASCII character, where it adds to a row as the first of two, and as the second. */
  readonly first: Uint16Array;
  readonly second: Uint16Array;
  /** What the end of the text adds as the second of two, and by itself. */
  readonly endSecond: number;
  readonly endBoth: number;
  readonly start: number;
  /** The row of having matched; the one before it is dead. */
  readonly matched: number;
}

/** Makes the table of an automaton once it has been used so often that it pays, if it is small enough. */
export class PairSource {
  private readonly budget: TableBudget;
  private uses = 0;
  private made: PairTable | undefined;

  constructor(budget: TableBudget) {
    this.budget = budget;
  }

  get(prepared: PreparedDfa): PairTable | undefined {
    if (this.uses >= WORTH_AT) return this.made;
    if (++this.uses === WORTH_AT) this.made = buildPairs(prepared, this.budget);
    return this.made;
  }
}

function buildPairs(prepared: PreparedDfa, budget: TableBudget): PairTable | undefined {
  const { cells, start, alphabet } = prepared;
  const width = alphabet.size + 1;
  const used = [...new Set(alphabet.ascii)];
  // The end of the text is one more class.
  const side = used.length + 1;
  const size = side * side;
  const states = cells.length / width;
  const entries = states * size;
  if (entries > MAX_ENTRIES || entries * 2 > budget.left) return undefined;
  budget.left -= entries * 2;
  const follow = (state: number, place: number): number =>
    place === used.length
      ? (cells[state * width + width - 1] ?? 0)
      : (cells[state * width + (used[place] ?? 0)] ?? 0) / width;
  const pairs = new Uint16Array(entries);
  for (let state = 0; state < states; state++) {
    for (let first = 0; first < side; first++) {
      const middle = follow(state, first);
      for (let second = 0; second < side; second++) {
        const target = first === used.length ? middle : follow(middle, second);
        pairs[state * size + first * side + second] = target * size;
      }
    }
  }
  const place = new Uint16Array(alphabet.size);
  used.forEach((cls, index) => {
    place[cls] = index;
  });
  return {
    cells: pairs,
    first: Uint16Array.from(alphabet.ascii, (cls) => (place[cls] ?? 0) * side),
    second: Uint16Array.from(alphabet.ascii, (cls) => place[cls] ?? 0),
    endSecond: used.length,
    endBoth: used.length * side + used.length,
    start: (start / width) * size,
    matched: size,
  };
}
