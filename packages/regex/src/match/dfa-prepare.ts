import type { Alphabet } from './alphabet.ts';
import { PairSource } from './dfa-pairs.ts';
import { RowSource } from './dfa-rows.ts';
import type { DfaTable } from './dfa-table.ts';
import type { TableBudget } from './table-budget.ts';

/** What speed needs of an automaton, made at its first test and shared by all programs that have it. */
export interface PreparedDfa {
  readonly cells: Int32Array;
  readonly start: number;
  readonly alphabet: Alphabet;
  /** For each jumping state, the one character that leaves it. */
  readonly exits: readonly string[];
  /**
   * Where only the end of the text can decide: for each ASCII character, whether a matching text can end in
   * it.
   */
  readonly lasts: Uint8Array | undefined;
  readonly pairs: PairSource;
  readonly rows: RowSource;
}

export function prepareDfa(table: DfaTable, alphabet: Alphabet, budget: TableBudget): PreparedDfa {
  const { cells, start, exits } = sortJumps(table, alphabet);
  const lasts = listLasts(cells, start, alphabet);
  return { cells, start, alphabet, exits, lasts, pairs: new PairSource(budget), rows: new RowSource(budget) };
}

/**
 * Numbers the states again so that those which all characters but one keep come first: there, the text's
 * own search jumps to that one character.
 */
function sortJumps(
  table: DfaTable,
  alphabet: Alphabet,
): { cells: Int32Array; start: number; exits: readonly string[] } {
  const width = alphabet.size + 1;
  const states = table.cells.length / width;
  const singles = alphabet.singles();
  const exits: string[] = [];
  const order = [0, 1];
  const others: number[] = [];
  for (let state = 2; state < states; state++) {
    const exit = findExit(table.cells, state * width, singles);
    if (exit === undefined) {
      others.push(state);
    } else {
      order.push(state);
      exits.push(exit);
    }
  }
  if (exits.length === 0) return { ...table, exits };
  order.push(...others);
  const place = new Int32Array(states);
  order.forEach((state, at) => {
    place[state] = at * width;
  });
  const cells = new Int32Array(table.cells.length);
  order.forEach((state, at) => {
    for (let cls = 0; cls < width - 1; cls++) {
      cells[at * width + cls] = place[(table.cells[state * width + cls] ?? 0) / width] ?? 0;
    }
    cells[at * width + width - 1] = table.cells[state * width + width - 1] ?? 0;
  });
  return { cells, start: place[table.start / width] ?? 0, exits };
}

/**
 * The ASCII characters that a matching text can end in; undefined where a match can be over before the end.
 * Looking at the last character first saves reading most texts that do not match.
 */
function listLasts(cells: Int32Array, start: number, alphabet: Alphabet): Uint8Array | undefined {
  const width = alphabet.size + 1;
  if (start === width) return undefined;
  const ends = new Uint8Array(alphabet.size);
  for (let state = 2 * width; state < cells.length; state += width) {
    for (let cls = 0; cls < width - 1; cls++) {
      const target = cells[state + cls] ?? 0;
      if (target === width) return undefined;
      if (cells[target + width - 1] === 1) ends[cls] = 1;
    }
  }
  return Uint8Array.from(alphabet.ascii, (cls) => ends[cls] ?? 0);
}

function findExit(
  cells: Int32Array,
  base: number,
  singles: readonly (string | undefined)[],
): string | undefined {
  let exit: string | undefined;
  let leaving = 0;
  for (let cls = 0; cls < singles.length; cls++) {
    if (cells[base + cls] === base) continue;
    if (++leaving > 1) return undefined;
    exit = singles[cls];
  }
  return exit;
}
