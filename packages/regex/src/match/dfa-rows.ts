import type { PreparedDfa } from './dfa-prepare.ts';
import type { Rows } from './leap.ts';
import type { TableBudget } from './table-budget.ts';

/** An entry for each ASCII character. */
export const ROW_WIDTH = 128;
/** The most states of an automaton that gets rows: 128 KiB. */
const MAX_STATES = 256;

/** Makes the rows of an automaton for leaps through long texts, if it is small enough. */
export class RowSource {
  private readonly budget: TableBudget;
  private isAsked = false;
  private made: Rows | undefined;

  constructor(budget: TableBudget) {
    this.budget = budget;
  }

  get(prepared: PreparedDfa): Rows | undefined {
    if (!this.isAsked) {
      this.isAsked = true;
      this.made = buildRows(prepared, this.budget);
    }
    return this.made;
  }
}

function buildRows({ cells, alphabet }: PreparedDfa, budget: TableBudget): Rows | undefined {
  const width = alphabet.size + 1;
  const states = cells.length / width;
  const bytes = states * ROW_WIDTH * 4;
  if (states > MAX_STATES || bytes > budget.left) return undefined;
  budget.left -= bytes;
  const rows = new Int32Array(states * ROW_WIDTH);
  for (let state = 0; state < states; state++) {
    alphabet.ascii.forEach((cls, unit) => {
      rows[state * ROW_WIDTH + unit] = ((cells[state * width + cls] ?? 0) / width) * ROW_WIDTH;
    });
  }
  // Dead and matched, the first two, end the reading.
  return { cells: rows, limit: 2 * ROW_WIDTH };
}
