import { type Change, countsAsWidening, type Difference, type Place } from '@agentpolicy/analysis';
import type { Range } from '@agentpolicy/core';
import { plural } from '../report/diagnostics-pretty.ts';
import type { Acknowledged } from './acknowledge/acknowledge.ts';
import type { Acknowledgement } from './acknowledge/acknowledgement-file.ts';
import type { ComparedPolicy } from './compared-policy.ts';
import type { ComparedPair, Comparison } from './comparison.ts';
import type { RecordedChange } from './recorded-calls.ts';

/** What a comparison of policies comes to, for every format. */
export interface DiffReport {
  /** Between what, for the last line. */
  readonly title: string;
  readonly comparisons: readonly Comparison[];
  readonly change: Change;
  /** Null where nothing can be acknowledged. */
  readonly acknowledged: Acknowledged | null;
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

/** A place's range in the file that annotations point to. */
export function toFileRange({ shift }: ComparedPolicy, place: Place): Range | null {
  const range = toRange(place);
  return range === null || shift === undefined ? range : shift(range);
}

/** A place's range with what a code frame needs. */
export function toRange({ range }: Place): Range | null {
  if (range === null) return null;
  return { start: { ...range.start, offset: 0 }, end: { ...range.end, offset: 0 } };
}

/** Who intends a change and why; undefined where nobody said so. */
export function findAcknowledgement(
  { acknowledged }: DiffReport,
  key: Difference | Comparison,
): Acknowledgement | undefined {
  return acknowledged?.covered.get(key);
}

/** Who intends a change, in words. */
export function describeAcknowledgement({ owner, expires, reason }: Acknowledgement): string {
  return `acknowledged by ${owner} until ${expires}: ${reason}`;
}

/** How many of the widenings matter in practice: "3 widenings, 1 of them used by 41 recorded calls". */
export function summarizeRecorded({ comparisons, recorded }: DiffReport): string {
  const used = new Set<Difference>();
  let calls = 0;
  let others = 0;
  const pairs = comparisons.flatMap((each) => (each.kind === 'compared' ? [each] : []));
  for (const one of recorded?.changes ?? []) {
    if (one.change !== 'widened') continue;
    const cause = pairs
      .filter(({ next }) => next.label === one.policy)
      .flatMap(({ differences }) => differences)
      .find((each) => explains(each, one, pairs));
    if (cause === undefined) others += one.calls;
    else {
      used.add(cause);
      calls += one.calls;
    }
  }
  const all = pairs.flatMap(({ differences }) => differences);
  const widenings = plural(all.filter(({ change }) => countsAsWidening(change)).length, 'widening');
  const part =
    used.size === 0 ? 'none of them used' : `${used.size} of them used by ${plural(calls, 'recorded call')}`;
  // A protected path that is gone opens calls of many tools.
  const rest = others === 0 ? '' : `, and ${plural(others, 'more call')} opened by protected paths`;
  return `${widenings}, ${part}${rest}`;
}

/** Whether the difference is that of the recorded calls. */
function explains(one: Difference, recorded: RecordedChange, pairs: readonly ComparedPair[]): boolean {
  if (one.kind !== 'calls' || !countsAsWidening(one.change)) return false;
  const named = pairs.some(({ old, next }) =>
    [old, next].some(({ table }) => table.tools.some(({ name }) => name === recorded.tool)),
  );
  const isSameTool = named ? one.tool === recorded.tool : one.tool === null;
  return isSameTool && one.from === recorded.from && one.to === recorded.to;
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
  const unread = comparisons.filter(({ kind }) => kind === 'unread').length;
  if (unread > 0) alone.push(`${unread} not compared`);
  const all = [...counts, ...alone];
  return all.length === 0 ? 'no difference' : all.join(', ');
}
