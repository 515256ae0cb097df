import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mutatePattern } from './mutate-pattern.ts';

describe('mutatePattern', () => {
  it.each<[string, readonly string[]]>([
    ['plain', []],
    ['^a$', ['a$', '^a']],
    ['\\Aa\\z', ['a\\z', '\\Aa']],
    ['a\\$', []],
    ['a\\\\$', ['a\\\\']],
    ['[a-z]b[^/]', ['.b[^/]', '[a-z]b.']],
    ['[]a]x', ['.x']],
    ['[^]a]x', ['.x']],
    ['[\\]a]x', ['.x']],
    ['[[:alpha:]_]x', ['.x']],
    ['\\[a\\.b', ['\\[a.b']],
    ['[a', []],
    ['\\', []],
    ['', []],
  ])('of %j gives %j', (pattern, expected) => {
    expect(mutatePattern(pattern).map((each) => each.pattern)).toEqual(expected);
  });

  it('always changes the pattern', () => {
    const text = fc
      .array(fc.constantFrom('^', '$', '\\', '[', ']', '.', 'a', ':', 'z'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (pattern) => {
        for (const mutation of mutatePattern(pattern)) expect(mutation.pattern).not.toBe(pattern);
      }),
    );
  });
});
