import { describe, expect, it } from 'vitest';
import { createRandom, randomPattern, randomText } from '../../../../fixtures/regex/random-patterns.mjs';
import { compilePattern } from '../compile/compile-pattern.ts';
import { parsePattern } from '../syntax/parse-pattern.ts';
import { Automaton } from './dfa.ts';
import { WORTH_AT } from './dfa-pairs.ts';
import { loadProgram } from './load-program.ts';
import type { LoadedProgram } from './loaded-program.ts';
import type { PatternProgram } from './program.ts';
import { Sieve } from './sieve.ts';
import type { TableBudget } from './table-budget.ts';

function compile(source: string): PatternProgram | undefined {
  const parsed = parsePattern(source);
  return parsed.ok ? compilePattern(parsed.pattern) : undefined;
}

function wear(program: LoadedProgram): LoadedProgram {
  for (let count = 0; count < WORTH_AT; count++) program.test('xyz');
  return program;
}

/** Uses the automaton of a pattern until it has its table, if it gets one; returns how large that is, in bytes. */
function useUp(source: string, budget: TableBudget): number {
  const code = compile(source);
  if (code?.engine !== 'dfa') throw new Error(`${source} is no automaton`);
  const { prepared } = new Automaton(code, budget);
  for (let count = 1; count < WORTH_AT; count++) expect(prepared.pairs.get(prepared)).toBeUndefined();
  const made = prepared.pairs.get(prepared);
  expect(prepared.pairs.get(prepared)).toBe(made);
  return made?.cells.byteLength ?? 0;
}

describe('tables of pairs', () => {
  it.each([
    ['^[a-z]+$', ['', 'a', 'ab', 'abc', 'abcd', 'A', 'aA', 'abA', 'abcA', 'é', 'aé', 'abé', 'a\n']],
    ['^a[bc]?$', ['', 'a', 'ab', 'abc', 'ac', 'b']],
    ['^x.*é$', ['xé', 'xaé', 'xabé', 'xab', 'x😀é', 'xé\ud83d']],
    ['ab|cd$', ['xxab', 'xab', 'ab', 'cd', 'xcd', 'cdx', 'abx', 'acd']],
  ])('answer as the automaton does: %s', (source, texts) => {
    const code = compile(source);
    const worn = wear(loadProgram(code));
    const answers = texts.map((text) => [text, worn.test(text)]);
    expect(answers).toEqual(texts.map((text) => [text, new RegExp(source, 'u').test(text)]));
  });

  it('answer as the automaton does, for random patterns', () => {
    const random = createRandom(9);
    const sieve = new Sieve({
      isEdge: (unit) => unit === 32,
      isStop: () => false,
      words: [[[97], [98]], [[107]]],
    });
    let made = 0;
    for (let left = 250; left > 0; left--) {
      const code = compile(
        `${random.pick(['', '^', '^x'])}${randomPattern(random)}${random.pick(['', '$'])}`,
      );
      if (code?.engine !== 'dfa') continue;
      made++;
      const fresh = loadProgram(code);
      const worn = wear(loadProgram(code));
      for (let more = 0; more < 25; more++) {
        const text = random.pick(['', 'x']) + randomText(random);
        const expected = fresh.test(text);
        expect([code, text, worn.test(text)]).toEqual([code, text, expected]);
        expect([code, text, worn.testClean(text, sieve)]).toEqual([
          code,
          text,
          expected && sieve.isClean(text),
        ]);
      }
    }
    expect(made).toBeGreaterThan(100);
  });

  it('are made at the thousandth test, not for large automata, and within the budget of all', () => {
    const large = useUp('^(?:[a-z]{3}-){99}[A-Z]$', { left: 1 << 20 });
    expect(large).toBeGreaterThan(10_000);
    expect(large).toBeLessThanOrEqual(128 << 10);
    expect(useUp('^[x-z](?:abcdefghijklmnopqrstuvwxyz0123456789){9}[a-z]$', { left: 1 << 20 })).toBe(0);
    const budget: TableBudget = { left: 10_000 };
    let used = 0;
    const sizes = Array.from({ length: 12 }, (_, index) => useUp(`^[a-f]{${20 + index}}-[0-9]+$`, budget));
    for (const size of sizes) used += size;
    expect(used).toBe(10_000 - budget.left);
    expect(budget.left).toBeGreaterThanOrEqual(0);
    expect(sizes[0]).toBeGreaterThan(0);
    expect(sizes.at(-1)).toBe(0);
  });
});
