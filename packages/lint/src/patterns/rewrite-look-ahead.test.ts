import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { rewriteLookAhead } from './rewrite-look-ahead.ts';

describe('rewriteLookAhead', () => {
  it.each([
    ['^(?!.*\\.\\.)[a-zA-Z0-9/_.-]+$', '^(?:(?:[a-zA-Z0-9/_-]|\\.[a-zA-Z0-9/_-])+\\.?|\\.)$'],
    ['^(?!.*\\.\\.).*$', '^(?:[^.\\n]|\\.[^.\\n])*\\.?$'],
    ['^(?!.*\\.{2})[a-z.]*$', '^(?:[a-z]|\\.[a-z])*\\.?$'],
    ['^(?!.*[.][.])[.-]+$', '^(?:(?:[-]|\\.[-])+\\.?|\\.)$'],
  ])('%s', (source, rewritten) => {
    expect(rewriteLookAhead(source)).toBe(rewritten);
  });

  it.each([
    '^(?!.*x)[a-z.]+$',
    '^(?!.*\\.\\.)',
    '^(?!.*\\.\\.).*',
    '^(?!.*\\.\\.)[a-z]+$',
    '^(?!.*\\.\\.)[ -~.]+$',
    '^(?!.*\\.\\.)[.-z]+$',
    '(?!.*\\.\\.)[a-z.]+$',
    '^(?!.*\\.\\.)[^a.]+$',
  ])('knows no equal of %s', (source) => {
    expect(rewriteLookAhead(source)).toBeUndefined();
  });

  it('accepts the texts of the class that have no two dots in a row', () => {
    const rewritten = RE2JS.compile(rewriteLookAhead('^(?!.*\\.\\.)[a-z/.]+$') ?? '');
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '/', '.', 'A'), maxLength: 8 }), (text) => {
        const wanted = text !== '' && !text.includes('A') && !text.includes('..');
        expect(rewritten.matcher(text).find()).toBe(wanted);
      }),
    );
  });
});
