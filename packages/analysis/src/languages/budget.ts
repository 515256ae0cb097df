/** How much work one question about patterns may take; one that needs more is answered with `unknown`. */
export interface AnalysisBudget {
  /** Combinations of states that one question may visit. */
  readonly pairs: number;
  /** States that one pattern's automaton may have. */
  readonly states: number;
  /** So many questions may use up their pairs; each further one gets a hundredth of them. */
  readonly patience: number;
}

export const DEFAULT_BUDGET: AnalysisBudget = { pairs: 100_000, states: 20_000, patience: 16 };
