import { describe, expect, it } from 'vitest';
import { createOracle } from '../../../fixtures/regex/oracle.mjs';
import { createRandom, randomPattern, randomText } from '../../../fixtures/regex/random-patterns.mjs';
import { compilePattern, parsePattern } from '../src/index.ts';
import { createRedactor, loadProgram, type RedactorItem } from '../src/match/index.ts';

function item(name: string, source: string): RedactorItem {
  const parsed = parsePattern(source);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return { name, program: loadProgram(compilePattern(parsed.pattern, { use: 'spans' })) };
}

function redact(patterns: readonly (readonly [string, string])[], text: string): string {
  return createRedactor(patterns.map(([name, source]) => item(name, source))).redact(text).text;
}

/** One replace-all after the other, with re2js's matches. */
function redactInOrder(patterns: readonly (readonly [string, string])[], original: string): string {
  let text = original;
  for (const [name, source] of patterns) {
    let out = '';
    let last = 0;
    for (const span of createOracle(source)?.spans(text).split(' ').filter(Boolean) ?? []) {
      const [start = 0, end = 0] = span.split('-').map(Number);
      out += `${text.slice(last, start)}[REDACTED:${name}]`;
      last = end;
    }
    text = out + text.slice(last);
  }
  return text;
}

describe('createRedactor', () => {
  it.each<[string, (readonly [string, string])[], string, string]>([
    ['nothing to do', [['k', 'x+']], 'abc', 'abc'],
    ['one match', [['k', 'x+']], 'axxb', 'a[REDACTED:k]b'],
    ['matches at the edges', [['k', 'x+']], 'xaxx', '[REDACTED:k]a[REDACTED:k]'],
    [
      'the earlier pattern wins',
      [
        ['one', 'ab'],
        ['two', 'bc'],
      ],
      'abc',
      '[REDACTED:one]c',
    ],
    [
      'not the earlier match',
      [
        ['two', 'bc'],
        ['one', 'ab'],
      ],
      'abc',
      'a[REDACTED:two]',
    ],
    [
      'a pattern that matches a replacement',
      [
        ['k', 'x'],
        ['two', 'RED'],
      ],
      'x',
      '[[REDACTED:two]ACTED:k]',
    ],
    [
      'a match across a replacement',
      [
        ['k', 'x'],
        ['two', 'a.*b'],
      ],
      'axb',
      '[REDACTED:two]',
    ],
    [
      'a boundary that a replacement makes',
      [
        ['k', 'SECRET'],
        ['two', '\\bfoo'],
      ],
      'SECRETfoo',
      '[REDACTED:k][REDACTED:two]',
    ],
    [
      'a boundary before a replacement',
      [
        ['k', 'SECRET'],
        ['two', 'foo\\b'],
      ],
      'fooSECRET',
      '[REDACTED:two][REDACTED:k]',
    ],
    [
      'a replacement that breaks a match',
      [
        ['k', 'x'],
        ['two', 'axa'],
      ],
      'axa',
      'a[REDACTED:k]a',
    ],
    [
      'a line that ends behind a replacement',
      [
        ['k', 'x'],
        ['two', '(?m)\\]$'],
      ],
      'x\ny',
      '[REDACTED:k[REDACTED:two]\ny',
    ],
    ['names are literal', [['$0$&', 'x']], 'x', '[REDACTED:$0$&]'],
    ['an empty match', [['k', 'x*']], 'axb', '[REDACTED:k]a[REDACTED:k]b[REDACTED:k]'],
    ['leftmost, then first', [['k', 'a|ab']], 'ab', '[REDACTED:k]b'],
    ['a longer match that starts earlier', [['k', 'c|abcd']], 'abcd', '[REDACTED:k]'],
    ['surrogate pairs', [['k', '😀']], 'a😀😀b', 'a[REDACTED:k][REDACTED:k]b'],
    ['lone surrogates are U+FFFD', [['k', '\\x{FFFD}']], 'a\ud83d b', 'a[REDACTED:k] b'],
  ])('%s', (_name, patterns, text, expected) => {
    expect(redact(patterns, text)).toBe(expected);
  });

  it('counts by pattern', () => {
    const redactor = createRedactor([item('a', 'a+'), item('b', 'b')]);
    expect(redactor.redact('aabba')).toEqual({
      text: '[REDACTED:a][REDACTED:b][REDACTED:b][REDACTED:a]',
      counts: [2, 2],
    });
    expect(redactor.mightMatch('xyz')).toBe(false);
    expect(redactor.mightMatch('xyza')).toBe(true);
  });

  it('does nothing without patterns', () => {
    expect(createRedactor([]).redact('abc')).toEqual({ text: 'abc', counts: [] });
  });

  it('refuses programs for matching', () => {
    const parsed = parsePattern('a');
    if (!parsed.ok) throw new Error(parsed.error.message);
    const program = loadProgram(compilePattern(parsed.pattern));
    expect(() => createRedactor([{ name: 'k', program }])).toThrow(
      expect.objectContaining({ code: 'wrong-use' }),
    );
    expect(() => program.findAll('a')).toThrow(expect.objectContaining({ code: 'wrong-use' }));
  });

  it('refuses to let replacements multiply', () => {
    const redactor = createRedactor(Array.from({ length: 12 }, () => item('k', 'E')));
    expect(() => redactor.redact('E'.repeat(1000))).toThrow(
      expect.objectContaining({ code: 'redaction-too-large' }),
    );
  });

  it('gives what one replace-all after the other gives, for random patterns', () => {
    const random = createRandom(31);
    let changed = 0;
    for (let count = 0; count < 150; count++) {
      const patterns: [string, string][] = [];
      while (patterns.length < 1 + random.below(4)) {
        const source = randomPattern(random);
        if (parsePattern(source).ok) patterns.push([random.pick(['k', 'ab', 'a b']), source]);
      }
      const redactor = createRedactor(patterns.map(([name, source]) => item(name, source)));
      for (let left = 8; left > 0; left--) {
        const pieces = Array.from({ length: 1 + random.below(5) }, () =>
          random.below(3) === 0 ? '\r'.repeat(random.below(90)) : randomText(random),
        );
        const text = pieces.join('');
        const expected = redactInOrder(patterns, text);
        expect([patterns, text, redactor.redact(text).text]).toEqual([patterns, text, expected]);
        if (expected !== text) changed++;
      }
    }
    expect(changed).toBeGreaterThan(400);
  });
});
