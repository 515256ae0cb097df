import { describe, expect, it } from 'vitest';
import { parsePattern } from './parse-pattern.ts';
import type { PatternErrorCode, PatternNode } from './tree.ts';

/** A tree as one line, to compare at a glance. */
function show(node: PatternNode): string {
  switch (node.type) {
    case 'empty':
      return '()';
    case 'char':
      return `${node.form}:${node.set.map((code) => code.toString(16)).join(',')}`;
    case 'assertion':
      return node.kind;
    case 'concat':
      return `(${node.items.map(show).join(' ')})`;
    case 'alternate':
      return `(${node.options.map(show).join(' | ')})`;
    case 'repeat':
      return `${show(node.item)}{${node.min},${node.max ?? ''}}${node.greedy ? '' : '?'}`;
    case 'group':
      return `#${node.index}${node.name === undefined ? '' : `=${node.name}`}${show(node.item)}`;
  }
}

function parse(source: string): string {
  const result = parsePattern(source);
  return result.ok
    ? show(result.pattern.root)
    : `${result.error.code} ${result.error.start}-${result.error.end}`;
}

describe('what RE2 accepts', () => {
  it.each([
    ['', '()'],
    ['a', 'literal:61,61'],
    ['ab', '(literal:61,61 literal:62,62)'],
    ['a|b', '(literal:61,61 | literal:62,62)'],
    ['a|', '(literal:61,61 | ())'],
    ['a*', 'literal:61,61{0,}'],
    ['a+?', 'literal:61,61{1,}?'],
    ['a{2}', 'literal:61,61{2,2}'],
    ['a{2,}?', 'literal:61,61{2,}?'],
    ['a{0,1000}', 'literal:61,61{0,1000}'],
    ['(?U)a*', 'literal:61,61{0,}?'],
    ['(?U)a*?', 'literal:61,61{0,}'],
    ['(a)(?P<n>b)(?<m>c)', '(#1literal:61,61 #2=nliteral:62,62 #3=mliteral:63,63)'],
    ['(?:ab)?', '(literal:61,61 literal:62,62){0,1}'],
    ['^$', '(begin-text end-text)'],
    ['(?m)^$', '(begin-line end-line)'],
    ['\\A\\z\\b\\B', '(begin-text end-text word not-word)'],
    ['.', 'any:0,9,b,10ffff'],
    ['(?s).', 'any:0,10ffff'],
    ['(?s:.).', '(any:0,10ffff any:0,9,b,10ffff)'],
    ['(?i)k', 'literal:4b,4b,6b,6b,212a,212a'],
    ['(?i)s', 'literal:53,53,73,73,17f,17f'],
    ['(?i:k)k', '(literal:4b,4b,6b,6b,212a,212a literal:6b,6b)'],
    ['(?i)[^k]', 'class:0,4a,4c,6a,6c,2129,212b,10ffff'],
    ['(?i)\\w', 'escape-class:30,39,41,5a,5f,5f,61,7a,17f,17f,212a,212a'],
    ['\\d', 'escape-class:30,39'],
    ['\\s', 'escape-class:9,a,c,d,20,20'],
    ['[[:space:]]', 'class:9,d,20,20'],
    ['[[:^ascii:]]', 'class:80,10ffff'],
    ['[]a]', 'class:5d,5d,61,61'],
    ['[^]a]', 'class:0,5c,5e,60,62,10ffff'],
    ['[a-c-]', 'class:2d,2d,61,63'],
    ['[\\d-z]', 'class:2d,2d,30,39,7a,7a'],
    ['[[.]', 'class:2e,2e,5b,5b'],
    ['[^\\x00-\\x{10FFFF}]', 'class:'],
    [
      '\\x41\\x{1F600}\\101\\0\\n\\.',
      '(literal:41,41 literal:1f600,1f600 literal:41,41 literal:0,0 literal:a,a literal:2e,2e)',
    ],
    ['😀', 'literal:1f600,1f600'],
    ['\\Qa.\\E*', '(literal:61,61 literal:2e,2e{0,})'],
    ['a{,2}', '(literal:61,61 literal:7b,7b literal:2c,2c literal:32,32 literal:7d,7d)'],
    ['a{01}', '(literal:61,61 literal:7b,7b literal:30,30 literal:31,31 literal:7d,7d)'],
    ['a(?i)*', 'literal:61,61{0,}'],
    ['\\p{Ogham}', 'escape-class:1680,169c'],
    ['\\p{^Any}', 'escape-class:'],
    ['\\P{^Ogham}', 'escape-class:1680,169c'],
    ['[^\\P{Ogham}]', 'class:1680,169c'],
  ])('%s', (source, expected) => {
    expect(parse(source)).toBe(expected);
  });
});

describe('what RE2 refuses', () => {
  const refused: readonly [string, PatternErrorCode, number, number][] = [
    ['x(?=a)', 'look-around', 1, 4],
    ['x(?!a)', 'look-around', 1, 4],
    ['(?<=a)', 'look-around', 0, 4],
    ['(?<!a)', 'look-around', 0, 4],
    ['(a)\\1', 'backreference', 3, 5],
    ['(?P<n>a)\\k<n>', 'backreference', 8, 10],
    ['(?P<n>a)(?P=n)', 'backreference', 8, 12],
    ['(?>a)', 'possessive', 0, 3],
    ['a*+', 'possessive', 1, 3],
    ['a{2}+', 'possessive', 3, 5],
    ['a**', 'double-repeat', 1, 3],
    ['a{2}{3}', 'double-repeat', 3, 7],
    ['a\\Z', 'bad-escape', 1, 3],
    ['\\u0041', 'bad-escape', 0, 2],
    ['\\h', 'bad-escape', 0, 2],
    ['\\R', 'bad-escape', 0, 2],
    ['\\C', 'bad-escape', 0, 2],
    ['[\\b]', 'bad-escape', 1, 3],
    ['\\x{110000}', 'bad-escape', 0, 10],
    ['a\\', 'trailing-backslash', 1, 2],
    ['(?#a)', 'unsupported-group', 0, 3],
    ['(?(1)a)', 'unsupported-group', 0, 3],
    ['(?R)', 'unsupported-group', 0, 3],
    ['(?x)a', 'bad-flag', 0, 3],
    ['(?i-)', 'bad-flag', 0, 5],
    ['[z-a]', 'bad-class-range', 1, 4],
    ['[a-\\d]', 'bad-class-range', 1, 5],
    ['[[:foo:]]', 'bad-posix-class', 1, 8],
    ['\\p{Foo}', 'bad-property', 0, 7],
    ['\\pX', 'bad-property', 0, 3],
    ['a{1001}', 'bad-repeat-count', 1, 7],
    ['a{2,1}', 'bad-repeat-count', 1, 6],
    ['(a{100}){11}', 'bad-repeat-count', 0, 12],
    ['*a', 'nothing-to-repeat', 0, 1],
    ['(|*)', 'nothing-to-repeat', 2, 3],
    ['(?P<n>a)(?P<n>b)', 'duplicate-group-name', 8, 14],
    ['(?P<a b>c)', 'bad-group-name', 0, 8],
    ['(a', 'missing-parenthesis', 0, 1],
    ['(?i', 'missing-parenthesis', 0, 3],
    ['a)', 'unexpected-parenthesis', 1, 2],
    ['[a', 'missing-bracket', 0, 1],
    ['[^]', 'missing-bracket', 0, 2],
    ['\ud800', 'lone-surrogate', 0, 1],
    ['('.repeat(1001), 'nested-too-deep', 1000, 1001],
  ];
  it.each(refused)('%s is %s', (source, code, start, end) => {
    expect(parse(source)).toBe(`${code} ${start}-${end}`);
  });

  it('says everything in one line, in the style of the house, with a hint', () => {
    for (const [source] of refused) {
      const result = parsePattern(source);
      if (result.ok) throw new Error(`${source} was accepted`);
      const { message, hint } = result.error;
      expect(message).toMatch(/^[^A-Z\n][^\n]*[^.\n]$/);
      expect(hint).toMatch(/^[^A-Z\n][^\n]*[^.\n]$|^RE2 [^\n]*[^.\n]$/);
    }
  });

  it.each([
    ['\\p{greek}', 'Greek'],
    ['\\p{Letter}', 'L'],
    ['\\p{Script=Han}', 'Han'],
    ['\\p{Cyril}', 'Cyrillic'],
  ])('%s suggests %s', (source, name) => {
    const result = parsePattern(source);
    expect(result.ok ? '' : result.error.hint).toContain(`\\p{${name}}`);
  });
});

describe('limits', () => {
  it('reads a thousand nested groups', () => {
    expect(parsePattern('('.repeat(1000) + ')'.repeat(1000)).ok).toBe(true);
  });

  it('refuses a pattern beyond the limit on length', () => {
    expect(parse('a'.repeat(65_537))).toBe('pattern-too-large 65536-65537');
  });

  it.each(['[[:', '\\p{', '\\Q', '{1,', '(?P<', '[^', '(?i'])(
    'reads %s many times in linear time',
    (piece) => {
      const started = performance.now();
      parsePattern(piece.repeat(Math.floor(65_536 / piece.length)));
      expect(performance.now() - started).toBeLessThan(2000);
    },
  );
});
