import { ANY_SET, type CharSet, normalizeRanges, unionSets } from '../syntax/char-set.ts';
import { PACKED_CATEGORIES } from './categories.gen.ts';
import { PACKED_SCRIPTS } from './scripts.gen.ts';
import { decodeNumbers } from './unpack.ts';

const packed = new Map<string, string>([
  ...Object.entries(PACKED_CATEGORIES),
  ...Object.entries(PACKED_SCRIPTS),
]);
const cache = new Map<string, CharSet>([['Any', ANY_SET]]);

/** Names of `\p{...}` in RE2: `Any`, one- and two-letter general categories, scripts. */
export function listPropertyNames(): readonly string[] {
  const majors = new Set(Object.keys(PACKED_CATEGORIES).map((name) => name.charAt(0)));
  return ['Any', ...majors, ...packed.keys()];
}

/**
 * The code points of a category or script, or undefined where RE2 has no such name. Names are
 * case-sensitive.
 */
export function findProperty(name: string): CharSet | undefined {
  const known = cache.get(name);
  if (known !== undefined) return known;
  const set = readProperty(name);
  if (set !== undefined) cache.set(name, set);
  return set;
}

function readProperty(name: string): CharSet | undefined {
  const text = packed.get(name);
  if (text !== undefined) return decodeRanges(text);
  if (name.length !== 1) return undefined;
  const parts = Object.entries(PACKED_CATEGORIES).filter(([category]) => category.startsWith(name));
  return parts.length === 0 ? undefined : unionSets(...parts.map(([, ranges]) => decodeRanges(ranges)));
}

function decodeRanges(text: string): CharSet {
  const numbers = decodeNumbers(text);
  const out: number[] = [];
  let end = 0;
  for (let i = 0; i + 1 < numbers.length; i += 2) {
    const lo = end + (numbers[i] ?? 0);
    const hi = lo + (numbers[i + 1] ?? 0);
    out.push(lo, hi);
    end = hi + 1;
  }
  return normalizeRanges(out);
}
