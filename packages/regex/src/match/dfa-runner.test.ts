import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../fixtures/regex/random-patterns.mjs';
import { buildNfa } from '../compile/build-nfa.ts';
import { compilePattern } from '../compile/compile-pattern.ts';
import { parsePattern } from '../syntax/parse-pattern.ts';
import { Automaton } from './dfa.ts';
import { loadProgram } from './load-program.ts';
import { NfaSearch } from './nfa-search.ts';
import { Sieve } from './sieve.ts';
import type { TableBudget } from './table-budget.ts';

function parse(source: string) {
  const parsed = parsePattern(source);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.pattern;
}

const sieve = new Sieve({
  isEdge: (unit) => unit === 32,
  isStop: (unit) => unit === 37,
  words: [[[46], [101], [110]]],
});

describe('a complete automaton', () => {
  it.each([
    '^[ -~\\n]+$',
    '^[a-z =.,@0-9{}":\\n]*$',
    '^(?:[^\\n]{0,90}\\n)*[^\\n]{0,90}$',
    'quick=\\s*AKIA|z9$',
    '(?i)\n12 KEY":"X"},12|VALUE"},12',
    '^the (?:[^%]|%[0-9])*$',
    '^[^é]*é?[^é]*$',
    '^(?:the |quick=|12 |\\n|[^t1q\\n])*$',
  ])('reads long texts as the NFA does: %s', (source) => {
    const pattern = parse(source);
    const search = new NfaSearch(buildNfa(pattern.root, 100_000));
    const program = loadProgram(compilePattern(pattern));
    expect(program.info.engine).toBe('dfa');
    const random = createRandom(23);
    const words = ['the ', 'quick=', 'a.b@', '12 ', '\n', '{"key":"x"},'];
    const rare = ['AKIA', '%', '%3', 'é', '😀', '\ud83d', ' .env', 'value"},12 ', 'z9', '\u007f'];
    const answers = { true: 0, false: 0 };
    for (let round = 0; round < 120; round++) {
      let text = 'the ';
      const length = random.below(9000);
      while (text.length < length) text += random.pick(words);
      for (let left = random.below(4); left > 0; left--) {
        const at = 4 + random.below(text.length - 3);
        text = text.slice(0, at) + random.pick(rare) + text.slice(at);
      }
      const { matched } = search.search(text);
      expect([text, program.test(text)]).toEqual([text, matched]);
      expect([text, program.testClean(text, sieve)]).toEqual([text, matched && sieve.isClean(text)]);
      answers[`${matched}`]++;
    }
    expect(answers.true).toBeGreaterThan(0);
    expect(answers.false).toBeGreaterThan(0);
  });

  it('gets its rows for long texts within the budget of all', () => {
    const make = (source: string, budget: TableBudget) => {
      const code = compilePattern(parse(source));
      if (code.engine !== 'dfa') throw new Error(`${source} is no automaton`);
      const { prepared } = new Automaton(code, budget);
      return prepared.rows.get(prepared)?.cells.byteLength;
    };
    const budget: TableBudget = { left: 10_000 };
    const first = make('^[a-f]{10}-[0-9]+$', budget);
    expect(first).toBe(10_000 - budget.left);
    expect(make('^[a-f]{10}-[0-9]+$', budget)).toBeUndefined();
    expect(budget.left).toBe(10_000 - (first ?? 0));
    expect(make('^(?:[a-z]{3}-){99}[A-Z]$', { left: 1 << 22 }), 'too many states').toBeUndefined();
  });
});
