import { describe, expect, it } from 'vitest';
import { createOracle } from '../../../../fixtures/regex/oracle.mjs';
import { createRandom, randomPattern, randomText } from '../../../../fixtures/regex/random-patterns.mjs';
import { buildNfa } from '../compile/build-nfa.ts';
import { parsePattern } from '../syntax/parse-pattern.ts';
import type { Nfa } from './nfa.ts';
import { type Span, SpanFinder } from './spans.ts';

function build(source: string): Nfa | undefined {
  const parsed = parsePattern(source);
  return parsed.ok ? buildNfa(parsed.pattern.root, 10_000) : undefined;
}

const show = (spans: readonly Span[]): string => spans.map(({ start, end }) => `${start}-${end}`).join(' ');

describe('SpanFinder', () => {
  it('finds the same in blocks of any size and with any number of states kept', () => {
    const random = createRandom(8);
    let compared = 0;
    while (compared < 1500) {
      const source = randomPattern(random);
      const nfa = build(source);
      const oracle = createOracle(source);
      if (nfa === undefined || oracle === undefined) continue;
      const finders = [new SpanFinder(nfa), new SpanFinder(nfa, 1), new SpanFinder(nfa, 5, 2)];
      for (let left = 5; left > 0; left--) {
        const text = randomText(random) + randomText(random);
        const expected = oracle.spans(text);
        for (const finder of finders) {
          expect([source, text, show(finder.findAll(text, 0, text.length))]).toEqual([
            source,
            text,
            expected,
          ]);
        }
        compared++;
      }
    }
  });

  it('finds matches that reach across blocks in a long text', () => {
    const nfa = build('a+b|c');
    if (nfa === undefined) throw new Error('refused');
    const text = `${'x'.repeat(4000)}${'a'.repeat(9000)}b${'😀'.repeat(5000)}c`;
    expect(show(new SpanFinder(nfa).findAll(text, 0, text.length))).toBe('4000-13001 23001-23002');
  });

  it('keeps to a window and sees what stands beside it', () => {
    const nfa = build('\\bfoo\\b|^x');
    if (nfa === undefined) throw new Error('refused');
    const finder = new SpanFinder(nfa);
    expect(show(finder.findAll('foo foo foo', 4, 8))).toBe('4-7');
    expect(show(finder.findAll('xfoo foob', 1, 8))).toBe('');
    expect(show(finder.findAll('ax', 1, 2))).toBe('');
  });
});
