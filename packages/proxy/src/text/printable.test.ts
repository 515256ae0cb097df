import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable, quotePrintable, tameOutput } from './printable.ts';

describe('printable', () => {
  it.each([
    ['a name', 'read_file', 'read_file'],
    ['letters of other scripts', 'lösche_файл_文件', 'lösche_файл_文件'],
    ['a line feed', 'a\n[aip-proxy] ALLOWED', 'a\\n[aip-proxy] ALLOWED'],
    ['a terminal sequence', '\u001b[2Jx', '\\u{1b}[2Jx'],
    ['a C1 control', '\u009b2J', '\\u{9b}2J'],
    ['a change of direction', 'a\u202eb', 'a\\u{202e}b'],
    ['a zero-width space', 'a\u200bb', 'a\\u{200b}b'],
    ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
    ['half a surrogate pair', 'a\ud800b', 'a\\u{d800}b'],
    ['a long name', 'x'.repeat(500), `${'x'.repeat(160)}…`],
  ])('shows %s', (_, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('stays on one line and within its length, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const shown = printable(text);
        expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/u);
        expect(shown.length).toBeLessThanOrEqual(160 * 10 + 1);
      }),
    );
  });

  it('quotes so that the closing quote can be told', () => {
    expect(quotePrintable('a"b\\')).toBe('"a\\"b\\\\"');
  });
});

describe('tameOutput', () => {
  it.each([
    ['plain text of any length', 'x'.repeat(500), 'x'.repeat(500)],
    ['a tab', 'a\tb', 'a\tb'],
    ['letters of other scripts', 'прочитано: 文件', 'прочитано: 文件'],
    ['a terminal sequence', '\u001b]0;title\u0007\u001b[2J', '\\u{1b}]0;title\\u{7}\\u{1b}[2J'],
    ['a forged line', 'a\r[aip-proxy] ALLOWED', 'a\\r[aip-proxy] ALLOWED'],
  ])('shows %s', (_, text, shown) => {
    expect(tameOutput(text)).toBe(shown);
  });
});
