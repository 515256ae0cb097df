import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, randomPattern, randomText } from '../../../../fixtures/regex/random-patterns.mjs';
import { compilePattern } from '../compile/compile-pattern.ts';
import { parsePattern } from '../syntax/parse-pattern.ts';
import { loadProgram } from './load-program.ts';
import { Sieve } from './sieve.ts';

const EDGES = '/ ';
const STOPS = '%';

function wordsOf(words: readonly string[]): readonly (readonly number[])[][] {
  return words.map((word) => Array.from(word, (unit) => [unit.charCodeAt(0)]));
}

function makeSieve(words: readonly string[]): Sieve {
  return new Sieve({
    isEdge: (unit) => EDGES.includes(String.fromCharCode(unit)),
    isStop: (unit) => STOPS.includes(String.fromCharCode(unit)),
    words: wordsOf(words),
  });
}

/** What a sieve of words of at most three units is to catch, read off its definition. */
function isCaught(words: readonly string[], text: string): boolean {
  for (let at = 0; at <= text.length; at++) {
    if (at < text.length && (STOPS.includes(text.charAt(at)) || text.charCodeAt(at) > 127)) return true;
    const behindEdge = at === 0 || EDGES.includes(text.charAt(at - 1));
    if (behindEdge && words.some((word) => text.startsWith(word, at))) return true;
  }
  return false;
}

const letters = fc.constantFrom('a', 'b', 'c', '/', ' ');
const text = fc.string({
  unit: fc.oneof({ weight: 30, arbitrary: letters }, fc.constantFrom('%', 'é', '\ud83d')),
});
const words = (maxLength: number, count: number) =>
  fc.uniqueArray(fc.string({ unit: letters, minLength: 1, maxLength }), { maxLength: count });

describe('Sieve', () => {
  it.each<[string[], string, boolean]>([
    [['.env'], 'src/.env', false],
    [['.env'], 'src/a.env', true],
    [['.env'], '.environment', false],
    [['.env'], 'src/.e', true],
    [['a'], 'b a', false],
    [['a'], 'ba', true],
    [['é'], 'é', false],
    [['é'], 'e', true],
    [[], 'anything', true],
    [[''], '', false],
    [[], '50%', false],
  ])('of %j lets %j through: %s', (names, given, clean) => {
    expect(makeSieve(names).isClean(given)).toBe(clean);
  });

  it('catches exactly what stands there, as long as the words are few and short', () => {
    fc.assert(
      fc.property(words(3, 7), text, (names, given) => {
        expect(makeSieve(names).isClean(given)).toBe(!isCaught(names, given));
      }),
      { numRuns: 2000 },
    );
  });

  it('lets no word through, however many there are and however long', () => {
    fc.assert(
      fc.property(words(6, 40), text, (names, given) => {
        if (isCaught(names, given)) expect(makeSieve(names).isClean(given)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('goes on where a prefix ends', () => {
    fc.assert(
      fc.property(words(3, 7), text, text, (names, prefix, rest) => {
        const sieve = makeSieve(names);
        const { bits, seen } = sieve.read(prefix);
        expect(sieve.isCleanFrom(prefix + rest, prefix.length, bits, seen)).toBe(
          sieve.isClean(prefix + rest),
        );
      }),
    );
  });
});

describe('testClean', () => {
  const sieves = [makeSieve(['ab', 'k', '0a']), makeSieve([]), makeSieve([''])];
  it.each([1, 2, 3, 4])('is both questions in one, for random patterns of seed %i', (seed) => {
    const random = createRandom(seed);
    const engines = new Set<string>();
    for (let left = 400; left > 0; left--) {
      const parsed = parsePattern(
        `${random.pick(['', '^', '^ab/', '^https://api/'])}${randomPattern(random)}`,
      );
      if (!parsed.ok) continue;
      const program = loadProgram(compilePattern(parsed.pattern, { use: 'match' }));
      engines.add(program.info.engine);
      for (let more = 6; more > 0; more--) {
        const given = random.pick(['', 'ab/', 'https://api/']) + randomText(random);
        for (const sieve of sieves) {
          const expected = program.test(given) && sieve.isClean(given);
          expect([given, program.testClean(given, sieve)]).toEqual([given, expected]);
        }
      }
    }
    expect([...engines]).toContain('dfa');
  });
});
