import type { Change, Difference, Place } from '@agentpolicy/analysis';
import type { Range } from '@agentpolicy/core';
import type { ComparedPolicy } from './compared-policy.ts';
import type { Comparison } from './comparison.ts';
import type { RecordedChange } from './recorded-calls.ts';

/** What a comparison of policies comes to, for every format. */
export interface DiffReport {
  /** Between what, for the last line. */
  readonly title: string;
  readonly comparisons: readonly Comparison[];
  readonly change: Change;
  /** Whether the gate stops at it. */
  readonly stopped: boolean;
  /** Recorded calls whose decision changes; null where no traces were given. */
  readonly recorded: {
    readonly calls: number;
    readonly changes: readonly RecordedChange[];
  } | null;
}

/** Where annotations are put: in the file of the next policy, else in the old one's. */
export interface Anchor {
  readonly policy: ComparedPolicy;
  readonly place: Place | undefined;
}

/** The place that a difference is shown at. */
export function findAnchor(old: ComparedPolicy, next: ComparedPolicy, one: Difference): Anchor {
  const ranged = (places: readonly Place[]): Place | undefined => places.find(({ range }) => range !== null);
  const after = ranged(one.places.next);
  if (after !== undefined) return { policy: next, place: after };
  const before = ranged(one.places.old);
  // What is gone from the next policy has its line only in the old one, which annotations can't show.
  if (before !== undefined && next.file === null && old.file !== null) return { policy: old, place: before };
  return { policy: next, place: undefined };
}

/** A place's range with what a code frame needs. */
export function toRange({ range }: Place): Range | null {
  if (range === null) return null;
  return { start: { ...range.start, offset: 0 }, end: { ...range.end, offset: 0 } };
}

/** How many comparisons come to each change, in words. */
export function countChanges(comparisons: readonly Comparison[]): string {
  const differences = comparisons.flatMap((each) => (each.kind === 'compared' ? each.differences : []));
  const counts = (['widened', 'unknown', 'moved', 'narrowed'] as const).flatMap((change) => {
    const count = differences.filter((each) => each.change === change).length;
    return count === 0 ? [] : [`${count} ${change}`];
  });
  const alone = (['added', 'deleted'] as const).flatMap((kind) => {
    const count = comparisons.filter((each) => each.kind === kind).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? 'policy' : 'policies'} ${kind}`];
  });
  const all = [...counts, ...alone];
  return all.length === 0 ? 'no difference' : all.join(', ');
}
