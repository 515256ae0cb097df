import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTextIndex } from './text-index.ts';

describe('createTextIndex', () => {
  const text = 'one\r\n\ntwo 𝒳\nlast';

  it.each([
    [0, 1, 1],
    [2, 1, 3],
    [3, 1, 4],
    [4, 1, 5],
    [5, 2, 1],
    [6, 3, 1],
    [10, 3, 5],
    [12, 3, 7],
    [13, 4, 1],
    [17, 4, 5],
  ])('the offset %i is line %i, column %i', (offset, line, column) => {
    expect(createTextIndex(text).positionAt(offset)).toEqual({ line, column, offset });
  });

  it('moves offsets outside the text to its nearest end', () => {
    const index = createTextIndex('ab\n');
    expect(index.positionAt(-5)).toEqual({ line: 1, column: 1, offset: 0 });
    expect(index.positionAt(99)).toEqual({ line: 2, column: 1, offset: 3 });
  });

  it('gives lines without their breaks', () => {
    const index = createTextIndex(text);
    expect([0, 1, 2, 3, 4, 5].map((line) => index.lineText(line))).toEqual([
      '',
      'one',
      '',
      'two 𝒳',
      'last',
      '',
    ]);
    expect(createTextIndex('').lineCount).toBe(1);
  });

  it('agrees with counting line feeds', () => {
    const unit = fc.constantFrom('a', '\n', '\r', '𝒳');
    fc.assert(
      fc.property(fc.string({ unit }), fc.nat(50), (content, wanted) => {
        const offset = Math.min(wanted, content.length);
        const before = content.slice(0, offset).split('\n');
        const index = createTextIndex(content);
        expect(index.positionAt(offset)).toEqual({
          line: before.length,
          column: (before.at(-1) ?? '').length + 1,
          offset,
        });
        const lines = content
          .split('\n')
          .map((line, at, all) => (at < all.length - 1 && line.endsWith('\r') ? line.slice(0, -1) : line));
        expect(lines.map((_, at) => index.lineText(at + 1))).toEqual(lines);
        expect(index.lineCount).toBe(lines.length);
      }),
      { numRuns: 1000 },
    );
  });
});
