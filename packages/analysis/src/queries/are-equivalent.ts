import type { TablePattern, TableRow } from '@agentpolicy/core';
import { callSetOf } from '../calls/call-set.ts';
import { listCells } from '../calls/cells.ts';
import { describeRow } from '../calls/describe-row.ts';
import { findRegion, type RegionSides } from '../calls/find-region.ts';
import { compareRateLimits } from '../diff/diff-limits.ts';
import type { AnalysisBudget } from '../languages/budget.ts';
import { createLanguageStore } from '../languages/language-store.ts';

/** A row with the patterns that it refers to. */
export interface RowWithPatterns {
  readonly row: TableRow;
  readonly patterns: readonly TablePattern[];
}

/** Whether two rows decide alike, or that the budget does not suffice to tell. */
export type Equivalence = 'yes' | 'no' | 'unknown';

/**
 * Whether two rows decide every call alike in every mode, and bind those that pass to the same rate and
 * schema. A mutant of a row that is equivalent to it can't be found by any test.
 * @throws AnalysisError `bad-pattern` or `bad-table`.
 */
export function areEquivalent(
  a: RowWithPatterns,
  b: RowWithPatterns,
  budget: Partial<AnalysisBudget> = {},
): Equivalence {
  if (describeRow(a.row, a.patterns) === describeRow(b.row, b.patterns)) return 'yes';
  const store = createLanguageStore(budget);
  const ask = (x: RowWithPatterns, y: RowWithPatterns, sides: RegionSides): Equivalence => {
    const cells = listCells(callSetOf(x.row, x.patterns), callSetOf(y.row, y.patterns));
    const { kind } = findRegion(store, cells, sides);
    return kind === 'empty' ? 'yes' : kind === 'found' ? 'no' : 'unknown';
  };
  /** Whether the row refuses every call. */
  const refuses = (one: RowWithPatterns): Equivalence =>
    one.row.action === 'deny' || one.row.action === 'block' ? 'yes' : ask(one, one, ['in', 'in']);

  const [refusesA, refusesB] = [refuses(a), refuses(b)];
  if (refusesA === 'yes' && refusesB === 'yes') return compareRefusing(a.row, b.row);
  if (refusesA === 'yes' || refusesB === 'yes')
    return refusesA === 'unknown' || refusesB === 'unknown' ? 'unknown' : 'no';
  const isBoundAlike =
    a.row.action === b.row.action &&
    compareRateLimits(a.row.rateLimit, b.row.rateLimit) === 'unchanged' &&
    a.row.schemaHash === b.row.schemaHash;
  const answers = [ask(a, b, ['in', 'out']), ask(a, b, ['out', 'in'])];
  if (answers.includes('no')) return 'no';
  const isDecided = !answers.includes('unknown') && refusesA === 'no' && refusesB === 'no';
  if (!isDecided) return 'unknown';
  return isBoundAlike ? 'yes' : 'no';
}

/** In monitor mode refused calls pass, and then rate and schema count. */
function compareRefusing(a: TableRow, b: TableRow): Equivalence {
  const isSame = compareRateLimits(a.rateLimit, b.rateLimit) === 'unchanged' && a.schemaHash === b.schemaHash;
  return isSame ? 'yes' : 'no';
}
