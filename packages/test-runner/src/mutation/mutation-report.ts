import type { Place } from '../problem.ts';
import type { SuiteResult } from '../suite/test-report.ts';
import type { MutationOperator } from './list-mutants.ts';

/** What the suites make of mistakes in their policies. */
export interface MutationReport {
  /** `failed`: the suites do not pass as they are, so that they can't tell. `nothing`: there was nothing to change. */
  readonly outcome: 'done' | 'failed' | 'nothing';
  /** The suites that do not pass with the policy as it is. */
  readonly failing: readonly SuiteResult[];
  readonly policies: readonly PolicyMutations[];
}

export interface PolicyMutations {
  readonly policy: string;
  readonly mutants: readonly MutantResult[];
}

export interface MutantResult {
  readonly operator: MutationOperator;
  readonly pointer: string;
  readonly place: Place | null;
  readonly before: string | null;
  readonly after: string | null;
  /** `equivalent`: it means the same as the policy. `invalid`: it is no policy, which its author would have been told. */
  readonly status: 'killed' | 'survived' | 'equivalent' | 'invalid';
  /** The suite and the case that noticed it. */
  readonly killedBy: string | null;
  /** For a survivor: what to add to a suite so that it is noticed. */
  readonly advice: string | null;
}

export interface MutationScore {
  readonly killed: number;
  /** Killed and survived. */
  readonly total: number;
}

/** How many mistakes were noticed, of those that can be. */
export function scoreMutations({ policies }: MutationReport): MutationScore {
  const counted = policies.flatMap(({ mutants }) =>
    mutants.filter(({ status }) => status === 'killed' || status === 'survived'),
  );
  return { killed: counted.filter(({ status }) => status === 'killed').length, total: counted.length };
}
