import { describe, expect, it } from 'vitest';
import { compilePattern, createLanguage, findWitness, parsePattern } from '../src/index.ts';
import { createRedactor, type LoadedProgram, loadProgram } from '../src/match/index.ts';

function compile(source: string, use: 'match' | 'spans', states?: number): LoadedProgram {
  const parsed = parsePattern(source);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const limits = states === undefined ? {} : { states };
  return loadProgram(compilePattern(parsed.pattern, { use, limits }));
}

/** The shortest of a few runs, in milliseconds: the machine's other work only adds to it. */
function time(run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) {
    const started = performance.now();
    run();
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

/**
 * Ten times the text may take 40 times as long (caches get colder, memory is collected); quadratic would be
 * a hundred times.
 */
function expectLinear(run: (length: number) => void, length: number): void {
  const small = time(() => run(length));
  const large = time(() => run(10 * length));
  expect(large).toBeLessThan(40 * Math.max(small, 1));
}

const PATTERNS = [
  '(a+)+$',
  '(a|a)*b',
  '(.*){1,200}x',
  '(a?){500}a{500}',
  '((a{1,10}){1,10}){1,10}b',
  '(x+x+)+y',
  '^(([a-z])+.)+[A-Z]([a-z])+$',
  '(?:\\w+\\s?)*\\b$',
  'a.{20}b',
];

describe('matching takes linear time', () => {
  it.each(PATTERNS)('%s', (source) => {
    const program = compile(source, 'match');
    expectLinear((length) => program.test('a'.repeat(length)), 20_000);
  });

  it.each(PATTERNS)('%s, with an automaton that is built while it runs', (source) => {
    const program = compile(source, 'match', 0);
    expectLinear((length) => program.test('a'.repeat(length)), 2_000);
  });

  it('where every character makes a new state', () => {
    const program = compile('x.{20}y', 'match', 0);
    const text = makeNoise(200_000);
    expect(program.info.engine).toBe('lazy-dfa');
    expectLinear((length) => expect(program.test(text.slice(0, length))).toBe(false), 20_000);
  });
});

describe('finding all matches takes linear time', () => {
  it.each(['a.*b|a', '(a+)+b|a', 'a*?b|a', '(?:a|aa)+?$|a', '\\b\\w*x|a', 'a.*?b', '[ab]*c|b'])(
    '%s',
    (source) => {
      const program = compile(source, 'spans');
      expectLinear((length) => program.findAll('a'.repeat(length)), 16_000);
    },
  );

  it('in a redactor whose patterns feed each other', () => {
    const items = ['E', 'RED', '\\[.*?\\]', 'a.*b|a'].map((source) => ({
      name: source,
      program: compile(source, 'spans'),
    }));
    const redactor = createRedactor(items);
    expectLinear((length) => redactor.redact('ae E x\n'.repeat(length)), 1_000);
  });
});

describe('compiling stays within its limits', () => {
  it.each([
    ...PATTERNS,
    '((((a{1,5}){1,5}){1,5}){1,5})',
    '(?i)\\pL{100}',
    '[a-z]{1,1000}',
    '(\\pL|\\pN){300}',
  ])('%s', (source) => {
    const started = performance.now();
    compile(source, 'match');
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it('refuses what needs too many instructions, with the place', () => {
    const source = `x(?:${'abcdefghij'.repeat(60)}){1000}`;
    const parsed = parsePattern(source);
    if (!parsed.ok) throw new Error(parsed.error.message);
    const { pattern } = parsed;
    expect(() => compilePattern(pattern)).toThrow(
      expect.objectContaining({ code: 'pattern-too-large', place: { start: 1, end: source.length } }),
    );
  });

  it('compares large automata within a budget', () => {
    const parsed = parsePattern('^[xy]*x[xy]{40}$');
    if (!parsed.ok) throw new Error(parsed.error.message);
    const language = createLanguage(parsed.pattern, { states: 500 });
    const other = createLanguage(parsed.pattern, { states: 500 });
    expect(findWitness({ in: [language], notIn: [other] }).kind).toBe('unknown');
  });
});

/** Random `a` and `x`, the same every time. */
function makeNoise(length: number): string {
  let state = 1;
  let out = '';
  for (let left = length; left > 0; left--) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    out += (state & 0x10000) === 0 ? 'a' : 'x';
  }
  return out;
}
