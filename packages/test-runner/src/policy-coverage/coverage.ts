import type { Place } from '../problem.ts';

/** What kinds of entries a policy has that a test can be about. */
export const COVERAGE_KINDS = [
  'tool',
  'rule',
  'pattern',
  'rate-limit',
  'protected-path',
  'dlp-pattern',
  'method',
] as const;

export type CoverageKind = (typeof COVERAGE_KINDS)[number];

/** What was seen of one entry of a policy. */
export interface CoverageItem {
  readonly kind: CoverageKind;
  /** For people: a tool's name, an argument with its tool, a path, the name of a DLP pattern. */
  readonly name: string;
  readonly pointer: string;
  readonly place: Place | null;
  /** Everything that can become of the entry, with how often it did. */
  readonly outcomes: readonly CoverageOutcome[];
}

export interface CoverageOutcome {
  /** For example `accepted`. */
  readonly name: string;
  readonly count: number;
}

/** What the tests show of a policy, over all suites that use it. */
export interface PolicyCoverage {
  readonly policy: string;
  /** In the order of the policy's text where that is known. */
  readonly items: readonly CoverageItem[];
}

export interface CoverageCounts {
  readonly seen: number;
  readonly total: number;
}

/** How many outcomes were seen, of how many. */
export function countOutcomes(items: readonly CoverageItem[]): CoverageCounts {
  const outcomes = items.flatMap((item) => item.outcomes);
  return { seen: outcomes.filter(({ count }) => count > 0).length, total: outcomes.length };
}

/** In per cent, rounded down so that 100 means all; 100 where there is nothing to see. */
export function toPercent({ seen, total }: CoverageCounts): number {
  return total === 0 ? 100 : Math.floor((seen / total) * 1000) / 10;
}

/** Adds up what was seen of the same policy in several runs. */
export function mergeCoverage(parts: readonly PolicyCoverage[]): readonly PolicyCoverage[] {
  const merged = new Map<string, PolicyCoverage>();
  for (const part of parts) {
    const before = merged.get(part.policy);
    merged.set(part.policy, before === undefined ? part : addCounts(before, part));
  }
  return [...merged.values()];
}

function addCounts(left: PolicyCoverage, right: PolicyCoverage): PolicyCoverage {
  const counts = new Map(
    right.items.flatMap(({ pointer, outcomes }) =>
      outcomes.map(({ name, count }) => [`${pointer}\n${name}`, count] as const),
    ),
  );
  const items = left.items.map((item) => ({
    ...item,
    outcomes: item.outcomes.map(({ name, count }) => ({
      name,
      count: count + (counts.get(`${item.pointer}\n${name}`) ?? 0),
    })),
  }));
  return { policy: left.policy, items };
}
