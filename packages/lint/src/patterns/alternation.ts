import type { PatternNode } from '@agentpolicy/regex';
import { isAnchoredAtEnd, isAnchoredAtStart } from './shape.ts';

/**
 * An alternation at the top whose anchors hold for some options only: `^a|b$` is `^a` or `b$`.
 * Where no option has an anchor, the pattern is merely unanchored.
 */
export function hasEscapingAlternation(root: PatternNode): boolean {
  if (root.type !== 'alternate') return false;
  const starts = root.options.filter(isAnchoredAtStart).length;
  const ends = root.options.filter(isAnchoredAtEnd).length;
  const all = root.options.length;
  return (starts > 0 && starts < all) || (ends > 0 && ends < all);
}
