import type { TablePattern, TableRow } from '@agentpolicy/core';
import { AnalysisError } from '../analysis-error.ts';

/** What a row demands of one argument: that it matches, nothing, or that it is not there. */
export type Slot =
  | { readonly kind: 'pattern'; readonly source: string }
  | { readonly kind: 'free' }
  | { readonly kind: 'absent' };

const FREE: Slot = { kind: 'free' };
const ABSENT: Slot = { kind: 'absent' };

/**
 * The calls whose arguments pass a row's check: a product, since each argument is checked by itself.
 * `other` is what is demanded of an argument that the row does not name.
 */
export interface CallSet {
  readonly named: ReadonlyMap<string, Slot>;
  readonly other: Slot;
}

/** All calls. */
export const EVERY_CALL: CallSet = { named: new Map(), other: FREE };

/** @throws AnalysisError `bad-table` where the row refers to a pattern that is not there. */
export function callSetOf(row: TableRow, patterns: readonly TablePattern[]): CallSet {
  const named = new Map<string, Slot>();
  for (const { name, pattern } of row.args) {
    const source = patterns[pattern]?.source;
    if (source === undefined) {
      throw new AnalysisError('bad-table', `the decision table has no pattern for the argument \`${name}\``);
    }
    named.set(name, { kind: 'pattern', source });
  }
  return { named, other: row.strict ? ABSENT : FREE };
}

export function slotOf(set: CallSet, argument: string): Slot {
  return set.named.get(argument) ?? set.other;
}
