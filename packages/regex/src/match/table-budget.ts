/** Bytes that the automata of one loader may still use for tables that only make them faster. */
export interface TableBudget {
  left: number;
}

/** What they may use together. */
export const TABLE_BUDGET: number = 4 << 20;
