import type { DecisionTable } from '@agentpolicy/core';
import { type DiffOptions, diffTables } from '../diff/diff-tables.ts';
import type { TableDiff } from '../diff/difference.ts';

/**
 * Whether two policies mean the same; `unknown` where nothing differs for certain and not all could be
 * decided.
 */
export interface Equality {
  readonly answer: 'yes' | 'no' | 'unknown';
  readonly diff: TableDiff;
}

/**
 * Whether two tables decide every call and method alike and redact the same.
 * @throws AnalysisError as diffTables does.
 */
export function areEqual(a: DecisionTable, b: DecisionTable, options: DiffOptions = {}): Equality {
  const diff = diffTables(a, b, options);
  const { differences } = diff;
  if (differences.length === 0) return { answer: 'yes', diff };
  return { answer: differences.every(({ change }) => change === 'unknown') ? 'unknown' : 'no', diff };
}
