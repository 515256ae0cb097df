import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../../../../fixtures/regex/random-patterns.mjs';
import { compilePattern } from '../compile/compile-pattern.ts';
import { parsePattern } from '../syntax/parse-pattern.ts';
import { loadProgram } from './load-program.ts';
import type { PatternProgram, ProgramUse } from './program.ts';
import { RegexError } from './regex-error.ts';

function compile(source: string, use: ProgramUse = 'match', states = 4000): PatternProgram {
  const parsed = parsePattern(source);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return compilePattern(parsed.pattern, { use, limits: { states } });
}

const PROGRAMS: readonly PatternProgram[] = [
  compile('^(GET|POST)$'),
  compile('^https://'),
  compile('.*'),
  compile('a$b'),
  compile('^[a-z]+(-[a-z]+)*$'),
  compile('^id-[a-z]+(-[a-z]+)*$'),
  compile('\\bfoo\\b.*x'),
  compile('(?i)^\\pL+$'),
  compile('\\bfoo\\b|(?m)^a.{3}$', 'match', 0),
  compile('[a-z]+@[a-z]+', 'spans'),
  compile('(?m)^\\w+\\b|😀', 'spans'),
];
const TEXTS = ['', 'GET', 'foo x', 'a-b-c', 'aé😀\ud800b\n', 'ab@cd foo', 'x'.repeat(200)];
const JUNK = [null, -1, 0.5, 1e9, 2 ** 32, '', '*', 'AAAA', [], {}, true, Number.NaN, 'a\ud800'];

/** One random change to a program's JSON. */
function damage(program: unknown, random: Random): unknown {
  const copy: Record<string, unknown> = Object.fromEntries(Object.entries(Object(program)));
  const key = random.pick(Object.keys(copy)) ?? '';
  const value = copy[key];
  if (typeof value === 'string' && random.below(4) > 0) copy[key] = damageText(value, random);
  else if (typeof value === 'number' && random.below(2) === 0) copy[key] = value + random.below(5) - 2;
  else if (random.below(3) === 0) delete copy[key];
  else copy[key] = random.pick(JUNK);
  return copy;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/*=';

function damageText(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const digit = DIGITS.charAt(random.below(DIGITS.length));
  switch (random.below(4)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + digit + text.slice(at);
    case 2:
      return text.slice(0, at) + text.slice(at + 1 + random.below(4));
    default:
      return text.slice(0, at) + digit + text.slice(at + 1);
  }
}

describe('loadProgram', () => {
  it('loads what compilePattern made, from JSON', () => {
    for (const program of PROGRAMS) {
      const loaded = loadProgram(JSON.parse(JSON.stringify(program)));
      expect(loaded.info).toMatchObject({ use: program.use, engine: program.engine });
    }
  });

  it.each([
    ['nothing', undefined],
    ['a list', []],
    ['text', 'dfa'],
    ['an empty object', {}],
    ['a newer format', { ...compile('a+b'), format: 2 }],
    ['an unknown engine', { ...compile('a+b'), engine: 'jit' }],
    ['an unknown use', { ...compile('a+b'), use: 'both' }],
    ['spans of an automaton', { ...compile('^a+b'), use: 'spans' }],
    ['no strings', { ...compile('^GET$'), strings: [] }],
    ['a string that is not text', { ...compile('^GET$'), strings: ['\ud800'] }],
    ['too few states', { ...compile('^a+b'), states: 2 }],
    ['too many states', { ...compile('^a+b'), states: 70_000 }],
    ['a prefix that is not text', { ...compile('^xa+b'), prefix: '\ud800' }],
    ['no prefix', { ...compile('^xa+b'), prefix: undefined }],
    ['no table', { ...compile('^a+b'), table: '' }],
    ['something behind the table', { ...compile('^a+b'), table: `${compile('^a+b+').engine}AAAA` }],
    ['another number of instructions', { ...compile('a+b', 'spans'), instructions: 1 }],
  ])('refuses %s', (_name, data) => {
    expect(() => loadProgram(data)).toThrow(RegexError);
    expect(() => loadProgram(data)).toThrow(/^the compiled pattern is damaged: [^\n]*[^.\n]$/);
  });

  it('never crashes or hangs on a damaged program: it refuses it, or runs it within bounds', () => {
    const random = createRandom(4711);
    let refused = 0;
    let loaded = 0;
    for (let count = 0; count < 20_000; count++) {
      let data: unknown = random.pick(PROGRAMS);
      for (let times = 1 + random.below(2); times > 0; times--) {
        data = damage(data, random);
      }
      let program: ReturnType<typeof loadProgram>;
      try {
        program = loadProgram(data);
      } catch (error) {
        if (!(error instanceof RegexError) || error.code !== 'bad-program') throw error;
        refused++;
        continue;
      }
      loaded++;
      for (const text of TEXTS) {
        expect(typeof program.test(text)).toBe('boolean');
        const viable = program.longestViablePrefix(text);
        expect(viable >= 0 && viable <= text.length).toBe(true);
        if (program.info.use !== 'spans') continue;
        let last = 0;
        for (const { start, end } of program.findAll(text)) {
          expect(start >= last && end >= start && end <= text.length).toBe(true);
          last = end;
        }
      }
    }
    expect(refused).toBeGreaterThan(5000);
    expect(loaded).toBeGreaterThan(500);
  });
});
