import { type CharSet, normalizeRanges, setHas } from '../syntax/char-set.ts';
import { PACKED_FOLDS } from './folds.gen.ts';
import { decodeNumbers } from './unpack.ts';

interface Folding {
  /** For every code point that has other cases: all of them, itself included, sorted. */
  readonly orbits: ReadonlyMap<number, readonly number[]>;
  /** The keys of `orbits`, sorted. */
  readonly members: readonly number[];
}

let folding: Folding | undefined;

/**
 * Adds every character that simple case folding makes equal to a member (Unicode's CaseFolding.txt, status
 * C and S): `k` brings `K` and U+212A, `s` brings `S` and U+017F.
 */
export function foldSet(set: CharSet): CharSet {
  const { orbits, members } = loadFolding();
  const extra: number[] = [];
  for (let i = 0; i < set.length; i += 2) {
    const lo = set[i] ?? 0;
    const hi = set[i + 1] ?? 0;
    for (let m = lowerBound(members, lo); m < members.length; m++) {
      const member = members[m] ?? 0;
      if (member > hi) break;
      for (const other of orbits.get(member) ?? []) if (!setHas(set, other)) extra.push(other, other);
    }
  }
  return extra.length === 0 ? set : normalizeRanges([...set, ...extra]);
}

function lowerBound(sorted: readonly number[], value: number): number {
  let lo = 0;
  let hi = sorted.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if ((sorted[mid] ?? 0) < value) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

function loadFolding(): Folding {
  if (folding !== undefined) return folding;
  const byTarget = new Map<number, Set<number>>();
  const numbers = decodeNumbers(PACKED_FOLDS);
  let from = 0;
  for (let i = 0; i + 3 < numbers.length; i += 4) {
    from += numbers[i] ?? 0;
    const count = (numbers[i + 1] ?? 0) + 1;
    const step = numbers[i + 2] ?? 1;
    const signed = numbers[i + 3] ?? 0;
    const distance = (signed & 1) === 1 ? -(signed >> 1) : signed >> 1;
    for (let k = 0; k < count; k++) {
      const member = from + k * step;
      const target = member + distance;
      const orbit = byTarget.get(target) ?? new Set([target]);
      byTarget.set(target, orbit.add(member));
    }
  }
  const orbits = new Map<number, readonly number[]>();
  for (const orbit of byTarget.values()) {
    const sorted = [...orbit].sort((a, b) => a - b);
    for (const member of sorted) orbits.set(member, sorted);
  }
  folding = { orbits, members: [...orbits.keys()].sort((a, b) => a - b) };
  return folding;
}
