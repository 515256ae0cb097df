/**
 * A set of code points as flat, sorted, disjoint, non-adjacent ranges: `[lo, hi, lo, hi, ...]`, both ends
 * included. Surrogates are never members: a text's lone surrogate is read as U+FFFD, so no character has
 * such a code point.
 */
export type CharSet = readonly number[];

export const MAX_CODE_POINT = 0x10ffff;
const FIRST_SURROGATE = 0xd800;
const LAST_SURROGATE = 0xdfff;

export const EMPTY_SET: CharSet = [];

/** Sorts and merges ranges given in any order, and takes the surrogates out. */
export function normalizeRanges(ranges: readonly number[]): CharSet {
  const pairs: [number, number][] = [];
  for (let i = 0; i + 1 < ranges.length; i += 2) {
    const lo = ranges[i] ?? 0;
    const hi = ranges[i + 1] ?? 0;
    if (lo < FIRST_SURROGATE) pairs.push([lo, Math.min(hi, FIRST_SURROGATE - 1)]);
    if (hi > LAST_SURROGATE) pairs.push([Math.max(lo, LAST_SURROGATE + 1), hi]);
  }
  pairs.sort((a, b) => a[0] - b[0]);
  const out: number[] = [];
  for (const [lo, hi] of pairs) {
    const last = out.length - 1;
    const end = out[last];
    // U+D7FF and U+E000 are neighbours: nothing that can be read lies between them.
    const next = end === FIRST_SURROGATE - 1 ? LAST_SURROGATE + 1 : (end ?? 0) + 1;
    if (end !== undefined && lo <= next) out[last] = Math.max(end, hi);
    else out.push(lo, hi);
  }
  return out;
}

export function unionSets(...sets: readonly CharSet[]): CharSet {
  return normalizeRanges(sets.flat());
}

export function negateSet(set: CharSet): CharSet {
  const out: number[] = [];
  let next = 0;
  for (let i = 0; i < set.length; i += 2) {
    const lo = set[i] ?? 0;
    if (lo > next) out.push(next, lo - 1);
    next = (set[i + 1] ?? 0) + 1;
  }
  if (next <= MAX_CODE_POINT) out.push(next, MAX_CODE_POINT);
  return normalizeRanges(out);
}

export function setHas(set: CharSet, codePoint: number): boolean {
  let lo = 0;
  let hi = set.length >> 1;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if ((set[mid * 2 + 1] ?? 0) < codePoint) lo = mid + 1;
    else hi = mid;
  }
  const start = set[lo * 2];
  return start !== undefined && start <= codePoint;
}

/** `\n` and every other code point. */
export const ANY_SET: CharSet = normalizeRanges([0, MAX_CODE_POINT]);
export const NOT_NEWLINE_SET: CharSet = normalizeRanges([0, 9, 11, MAX_CODE_POINT]);
