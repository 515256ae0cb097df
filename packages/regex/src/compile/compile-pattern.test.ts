import { describe, expect, it } from 'vitest';
import { loadProgram } from '../match/load-program.ts';
import type { PatternProgram } from '../match/program.ts';
import { parsePattern } from '../syntax/parse-pattern.ts';
import { type CompileOptions, compilePattern, createPatternCompiler } from './compile-pattern.ts';

function compile(source: string, options?: CompileOptions): PatternProgram {
  const parsed = parsePattern(source);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return compilePattern(parsed.pattern, options);
}

/** Engine and strings, or engine and number of states. */
function show(program: PatternProgram): string {
  if ('strings' in program) return `${program.engine} ${program.strings.join(' ')}`;
  return 'states' in program ? `${program.engine} ${program.states}` : program.engine;
}

describe('the engine that a pattern gets', () => {
  it.each([
    ['^(GET|POST)$', 'set GET POST'],
    ['^GET$|^POST$', 'set GET POST'],
    ['^(?:GE[TX])?$', 'set  GET GEX'],
    ['^a{2,3}\\z', 'set aa aaa'],
    ['^https://api\\.github\\.com/', 'prefix https://api.github.com/'],
    ['^https://api\\.github\\.com/(?s:.*)', 'prefix https://api.github.com/'],
    ['^https://api\\.github\\.com/.*', 'prefix https://api.github.com/'],
    ['^(?s:https://.*)$', 'prefix https://'],
    ['^(a|ab|b)', 'prefix a b'],
    ['\\.(md|txt)$', 'suffix .md .txt'],
    ['^(?s:.*)\\.md$', 'suffix .md'],
    ['secret', 'contains secret'],
    ['.*secret\\d*', 'contains secret'],
    ['', 'all'],
    ['.*', 'all'],
    ['a|[^a]|^$', 'all'],
    ['a$b', 'none'],
    ['[^\\x00-\\x{10FFFF}]', 'none'],
    ['^\\x{FFFD}$', 'dfa 4'],
    ['^[a-z]+$', 'dfa 4'],
    ['^.*$', 'dfa 3'],
    ['(?i)^get$', 'set GET GEt GeT Get gET gEt geT get'],
    ['(AKIA|ASIA)[A-Z0-9]{16}', 'dfa 22'],
    ['(a|b)*a(a|b){12}', 'dfa 15'],
    ['.*x.{20}', 'dfa 23'],
    ['x.{20}y', 'lazy-dfa'],
    ['^(a|b)*a(a|b){16}$', 'lazy-dfa'],
  ])('%s: %s', (source, expected) => {
    expect(show(compile(source))).toBe(expected);
  });

  it('says why', () => {
    const why = (source: string, options?: CompileOptions): string =>
      loadProgram(compile(source, options)).info.why;
    expect(why('^(GET|POST)$')).toBe('only compares with 2 constant strings');
    expect(why('^[a-z]+$')).toBe('its complete automaton has 4 states and 2 classes of characters');
    expect(why('^id-[a-z]+$')).toBe(
      'its complete automaton has 4 states and 2 classes of characters after a constant prefix',
    );
    expect(why('x.{20}y')).toBe('the complete automaton would have too many states');
    const limits = { states: 0, lazyInstructions: 2_000 };
    expect(compile('(?:abc){1000}', { limits }).engine).toBe('nfa');
    expect(why('(?:abc){1000}', { limits })).toBe(
      'the program has 3001 instructions, too many to keep its states',
    );
    expect(compile('a', { use: 'spans' }).engine).toBe('lazy-dfa');
  });

  it.each([
    ['^id-[a-z]+$', 'id-'],
    ['^(?:id|iq)-[a-z]+$', 'i'],
    ['^aa*b$', 'a'],
    ['^ab(?:ab)*$', 'ab'],
    ['^é[a-z]', 'é'],
    ['^😀[a-z]', ''],
    ['^\\x{FFFD}[a-z]', ''],
    ['^(?i)k[0-9]', ''],
    ['id-[a-z]+$', ''],
    ['^a\\b[ -]x+$', 'a'],
  ])('%s: the prefix %j is compared as a string', (source, prefix) => {
    expect(compile(source)).toMatchObject({ engine: 'dfa', prefix });
  });

  it('gives patterns that only differ in their prefix one automaton', () => {
    const { prefix: one, ...rest } = { prefix: '', ...compile('^/repos/one/[a-z/]+$') };
    const { prefix: two, ...same } = { prefix: '', ...compile('^/repos/two/[a-z/]+$') };
    expect([one, two]).toEqual(['/repos/one/', '/repos/two/']);
    expect(same).toEqual(rest);
  });

  it('gives the same programs whatever the compiler has seen before', () => {
    const compileNext = createPatternCompiler();
    const sources = [
      '^a/[a-z]+$',
      '^b/[a-z]+$',
      '^(?i)c/[a-z]+$',
      '^d/[a-z]+|x$',
      '^e[a-z]+|y$',
      '^/[a-z]+$',
    ];
    for (const source of [...sources, ...sources]) {
      const parsed = parsePattern(source);
      expect(parsed.ok && compileNext(parsed.pattern)).toEqual(compile(source));
    }
  });

  it.each([
    ['^a\\b-+x', ['a-x', 'a--x'], ['ax', '-x']],
    ['^ab|cd+e', ['ab', 'xcde'], ['xab', 'ce']],
    ['^a(?m:^)b+c', [], ['abc', 'a', 'a\nbc']],
    ['^a\\Bb+c', ['abc', 'abbcd'], ['ac', 'xabc']],
    ['^(?:a|a)[b]+c$', ['abc', 'abbc'], ['ac', 'abcd']],
    ['^a{2}b*$', ['aa', 'aab'], ['a', 'aaa']],
    ['^ab*$', ['a', 'ab', 'abb'], ['', 'b', 'aba']],
    ['^ab(?:ab)*$', ['ab', 'abab'], ['', 'a', 'aba', 'abb', 'bab']],
    ['^id-[a-z]*$', ['id-', 'id-x'], ['id', 'id-X', 'xid-x', 'id-x\n']],
    ['^a\\b[ -]x+$', ['a x', 'a-xx'], ['ax', 'a_x', 'a ', 'a']],
    ['^é[a-z]', ['éa', 'ébb'], ['é', 'e', 'éA']],
  ])('%s accepts %j and refuses %j', (source, good, bad) => {
    const program = loadProgram(compile(source));
    expect(good.map((text) => program.test(text))).toEqual(good.map(() => true));
    expect(bad.map((text) => program.test(text))).toEqual(bad.map(() => false));
  });

  it('is the same data for patterns that match the same texts', () => {
    const texts = (source: string): string => JSON.stringify({ ...compile(source), needle: '' });
    expect(texts('^(?:a|b)+[cd]$')).toBe(texts('^[ab][ab]*(?:c|d)\\z'));
    expect(texts('^[a-c]x+$')).toBe(texts('^(?:c|b|a)xx*$'));
  });

  it('is plain data, the same bytes each time', () => {
    for (const source of ['^a+b', 'x.{20}y', '^(GET|POST)$', '\\bfoo\\b', '(?i)\\pL+é']) {
      for (const use of ['match', 'spans'] as const) {
        const text = JSON.stringify(compile(source, { use }));
        expect(JSON.stringify(compile(source, { use }))).toBe(text);
        expect(JSON.stringify(JSON.parse(text))).toBe(text);
      }
    }
  });
});

describe('how far a text can be read', () => {
  it.each([
    ['^(GET|POST)$', 'GEX', 2],
    ['^(GET|POST)$', 'GET', 3],
    ['^(GET|POST)$', 'GETS', 3],
    ['^(GET|POST)$', '', 0],
    ['^https://api', 'https://evil', 8],
    ['^https://[a-z]+$', 'http://a', 4],
    ['^https://[a-z]+$', 'https://', 8],
    ['^https://[a-z]+$', 'https://a.b', 9],
    ['^[a-z]+$', 'abc9x', 3],
    ['^[a-z]+$', '9', 0],
    ['^[a-z]+$', 'abc', 3],
    ['^[a-z]+-$', 'abc', 3],
    ['secret', 'nothing', 7],
    ['\\.md$', 'a.txt', 5],
    ['a$b', 'xy', 0],
    ['^a(?:😀|😂)b', 'a😀c', 3],
    ['^(a|b)*a(a|b){16}$', 'abc', 2],
    ['^[xy]*x[xy]{20}z', 'xyq', 2],
  ])('%s in %s', (source, text, expected) => {
    expect(loadProgram(compile(source)).longestViablePrefix(text)).toBe(expected);
    const lazy = compile(source, { limits: { states: 0 } });
    expect(loadProgram(lazy).longestViablePrefix(text)).toBe(
      source === 'a$b' && 'nfa' in lazy ? 2 : expected,
    );
    const simulated = compile(source, { use: 'spans', limits: { lazyInstructions: 0 } });
    expect(loadProgram(simulated).longestViablePrefix(text)).toBe(source === 'a$b' ? 2 : expected);
  });
});
