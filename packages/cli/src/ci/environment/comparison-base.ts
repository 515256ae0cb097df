/** What a run of a CI system is to be compared with. */
export type ComparisonBase =
  | {
      readonly kind: 'range';
      /** As `aip diff` takes it: `A..B` or `A...B`. */
      readonly operand: string;
      /** Where it is known from, for the report. */
      readonly source: string;
    }
  /** Nothing came before, as far as the CI system says. */
  | { readonly kind: 'none'; readonly why: string };

/** What a push gives for a commit that is not there: the branch is new, or gone. */
export function isNoCommit(commit: string | undefined): boolean {
  return commit === undefined || commit === '' || /^0+$/.test(commit);
}
