import {
  type Change,
  combineChanges,
  countsAsWidening,
  type Difference,
  type DiffOptions,
  diffTables,
} from '@agentpolicy/analysis';
import type { CommandContext } from '../context.ts';
import { askAnalysis, type ComparedPolicy, SECTIONS } from './compared-policy.ts';
import { createConfirm, startDecider } from './replay.ts';

/** Two policies, and by what they differ. */
export interface ComparedPair {
  readonly kind: 'compared';
  readonly old: ComparedPolicy;
  readonly next: ComparedPolicy;
  readonly change: Change;
  readonly differences: readonly Difference[];
}

/** What changed and can't be compared: nobody knows what it allows, so it counts as wider. */
export interface Unread {
  readonly kind: 'unread';
  readonly path: string;
  /** As reports name it. */
  readonly label: string;
  /** Where annotations point; null where it is not in the working tree. */
  readonly file: string | null;
  readonly why: string;
  /** What git calls the content on each side; null where there is none. */
  readonly contents: readonly [old: string | null, next: string | null];
  readonly change: 'unknown';
}

/** How one policy compares to what it was. */
export type Comparison =
  | ComparedPair
  /** Nothing to compare with: a person is to look at all of it, so it counts as wider. */
  | { readonly kind: 'added'; readonly next: ComparedPolicy; readonly change: 'widened' }
  /** Nothing holds its agents any more, as far as can be seen here: it counts as wider too. */
  | { readonly kind: 'deleted'; readonly old: ComparedPolicy; readonly change: 'widened' }
  | Unread
  /** The same bytes on both sides, perhaps under another name. */
  | { readonly kind: 'same'; readonly old: string; readonly next: string; readonly change: 'unchanged' };

/** The file that a comparison is about; of a rename, the new one. */
export function pathOf(comparison: Comparison): string {
  switch (comparison.kind) {
    case 'same':
      return comparison.next;
    case 'unread':
      return comparison.path;
    case 'deleted':
      return comparison.old.path;
    case 'added':
    case 'compared':
      return comparison.next.path;
  }
}

/** Compares two policies; each example call was replayed through the engines of both. */
export function compare(context: CommandContext, old: ComparedPolicy, next: ComparedPolicy): ComparedPair {
  const { change, differences } = askAnalysis(() =>
    diffTables(old.table, next.table, makeOptions(context, old, next)),
  );
  return { kind: 'compared', old, next, change, differences };
}

/** What every question about two policies is asked with. */
export function makeOptions(context: CommandContext, old: ComparedPolicy, next: ComparedPolicy): DiffOptions {
  const confirm = createConfirm(startDecider(context, old.table), startDecider(context, next.table));
  if (old.settings === undefined || next.settings === undefined) {
    noteSettings(context, old, next);
    return { confirm };
  }
  return { confirm, settings: { old: old.settings, next: next.settings } };
}

/** A change that can't be seen is not to be taken for none. */
function noteSettings(context: CommandContext, old: ComparedPolicy, next: ComparedPolicy): void {
  const unseen = SECTIONS.filter((section) =>
    [old, next].every(({ table }) => table.requires.includes(section)),
  );
  if (unseen.length === 0) return;
  context.warn(
    `aip: what stands in ${unseen.join(', ')} was not compared: a compiled table does not hold it`,
    '  help: compare the policies themselves',
  );
}

export const FAIL_ON = ['widened', 'any', 'none', 'moved'] as const;
export type FailOn = (typeof FAIL_ON)[number];

/**
 * Whether a gate stops at the change.
 * @param change What is left of a policy's change without that which is acknowledged
 */
export function stopsAt(change: Change, failOn: FailOn): boolean {
  switch (failOn) {
    case 'widened':
      return countsAsWidening(change);
    case 'any':
      return change !== 'unchanged';
    case 'moved':
      return change === 'moved' || change === 'unknown';
    case 'none':
      return false;
  }
}

/** What all comparisons are together. */
export function combine(comparisons: readonly Comparison[]): Change {
  return combineChanges(comparisons.map(({ change }) => change));
}
