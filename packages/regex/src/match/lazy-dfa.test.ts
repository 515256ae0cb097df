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

  it.each([
    'AKIA[A-Z0-9]{8}',
    '[a-z.]+@[a-z]+\\.[a-z]{2,}\\b',
    '(?i)secret\\s*=\\s*\\w{6,}\\b',
    'z[aé]+😀',
    '^\\PM+$',
  ])('reads long texts as the NFA does: %s', (source) => {
    const nfa = build(source);
    const search = new NfaSearch(nfa);
    const lazy = new LazyDfa(new Subset(nfa, [nfa.start], 'search', undefined));
    const random = createRandom(11);
    const words = ['the ', 'quick=', 'AKIA', 'secret', 'a.b@', '12 ', '\n', '{"key":"value"},'];
    const rare = ['AKIA12345678', 'x.y@z.com', 'secret = abcdef', 'é', '😀', '\ud83d', 'zaé😀', '\u0301'];
    const answers = new Set<boolean>();
    for (let round = 0; round < 60; round++) {
      let text = '';
      const length = random.below(14_000);
      while (text.length < length) text += random.pick(words);
      for (let left = random.below(3); left > 0; left--) {
        const at = random.below(text.length + 1);
        text = text.slice(0, at) + random.pick(rare) + text.slice(at);
      }
      const { matched, viable } = search.search(text);
      expect([text, lazy.test(text)]).toEqual([text, matched]);
      expect([text, lazy.longestViablePrefix(text)]).toEqual([text, viable]);
      answers.add(matched);
    }
    expect(answers.size).toBe(2);
  });

  it('keeps to its memory, and is emptied on the way', () => {
    const nfa = build('x.{20}y');
    const lazy = new LazyDfa(new Subset(nfa, [nfa.start], 'search', undefined));
    const random = createRandom(3);
    let most = 0;
    let emptied = 0;
    for (let round = 0; round < 40; round++) {
      const before = lazy.states;
      expect(lazy.test(Array.from({ length: 1000 }, () => random.pick(['a', 'x'])).join(''))).toBe(false);
      if (lazy.states < before) emptied++;
      most = Math.max(most, lazy.bytes);
    }
    expect(emptied).toBeGreaterThan(0);
    expect(most).toBeGreaterThan(4 << 20);
    expect(most).toBeLessThanOrEqual(16 << 20);
  });
});
