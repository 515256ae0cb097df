import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../fixtures/regex/random-patterns.mjs';
import { buildNfa } from '../compile/build-nfa.ts';
import { parsePattern } from '../syntax/parse-pattern.ts';
import { LazyDfa } from './lazy-dfa.ts';
import type { Nfa } from './nfa.ts';
import { NfaSearch } from './nfa-search.ts';
import { Subset } from './subset.ts';

function build(source: string): Nfa {
  const parsed = parsePattern(source);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return buildNfa(parsed.pattern.root, 100_000);
}

describe('LazyDfa', () => {
  it.each(['x[xy]{16}z', 'x[xy]{14}\\bz', '(?m)x[xy\n]{15}$z', '(?:x[xy]{9}){2}z'])(
    'answers as the NFA does when its table is full: %s',
    (source) => {
      const nfa = build(source);
      const search = new NfaSearch(nfa);
      const random = createRandom(5);
      const letters = 'xxxyyyy\n';
      let noise = '';
      for (let left = 40_000; left > 0; left--) noise += letters.charAt(random.below(letters.length));
      // One automaton for all texts: its table is emptied on the way.
      const lazy = new LazyDfa(new Subset(nfa, [nfa.start], 'search', undefined));
      for (let at = 0; at < 40_000; at += 10_000) {
        for (const tail of ['', 'z', ' z', `x${'xy'.repeat(8)}z`, `x${'y'.repeat(14)} z`]) {
          const text = noise.slice(at, at + 10_000) + tail;
          expect([at, tail, lazy.test(text)]).toEqual([at, tail, search.search(text).matched]);
        }
      }
    },
  );
});
