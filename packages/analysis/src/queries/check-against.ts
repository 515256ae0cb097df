import type { DecisionTable } from '@agentpolicy/core';
import { countsAsWidening } from '../diff/change.ts';
import { type DiffOptions, diffTables } from '../diff/diff-tables.ts';
import type { Difference } from '../diff/difference.ts';

/** Whether a policy stays within its guardrails; what could not be decided counts as an excess. */
export interface GuardrailCheck {
  readonly within: boolean;
  /**
   * Everything that the policy permits and the guardrails do not: `from` and `old` speak of the guardrails.
   */
  readonly excesses: readonly Difference[];
}

/**
 * Checks that a policy permits nothing that another one, the guardrails, does not permit: no call, method
 * or request rate, no unprotected path, no text unredacted.
 * @throws AnalysisError as diffTables does.
 */
export function checkAgainst(
  policy: DecisionTable,
  guardrails: DecisionTable,
  options: DiffOptions = {},
): GuardrailCheck {
  const excesses = diffTables(guardrails, policy, options).differences.filter(({ change }) =>
    countsAsWidening(change),
  );
  return { within: excesses.length === 0, excesses };
}
