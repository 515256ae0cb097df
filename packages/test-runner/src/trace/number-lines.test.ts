import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberLines } from './number-lines.ts';

function list(chunks: readonly string[]): (readonly [number, string])[] {
  return [...numberLines(chunks.map((chunk) => Buffer.from(chunk)))].map(({ number, event }) => [
    number,
    event.kind === 'line' ? event.text : event.kind,
  ]);
}

describe('numberLines', () => {
  it.each([
    [
      'ends with a line feed',
      'a\nb\n',
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    [
      'ends without one',
      'a\nb',
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    [
      'has an empty line',
      'a\n\nb\n',
      [
        [1, 'a'],
        [3, 'b'],
      ],
    ],
    [
      'has a line of spaces',
      'a\r\n \t\r\nb\r\n',
      [
        [1, 'a'],
        [3, 'b'],
      ],
    ],
    ['starts with an empty line', '\na\n', [[2, 'a']]],
    ['holds nothing', '', []],
    ['holds empty lines alone', '\n\n', []],
  ])('counts the lines of a trace that %s', (_, text, expected) => {
    expect(list([text])).toEqual(expected);
  });

  it('counts as a text editor does, wherever the chunks end', () => {
    const text = fc.array(fc.constantFrom('{"a":1}', '', ' ', 'x', '\u00e9'), { maxLength: 12 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(40)), (lines, cuts) => {
        const whole = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const ends = [...new Set(cuts.map((cut) => Math.min(cut, whole.length)))].sort((a, b) => a - b);
        const chunks = [...ends, whole.length].map((end, at) => whole.subarray(ends[at - 1] ?? 0, end));
        const expected = lines.flatMap((line, at) => (line.trim() === '' ? [] : [[at + 1, line]]));
        const got = [...numberLines(chunks)].map(({ number, event }) => [
          number,
          event.kind === 'line' ? event.text : event.kind,
        ]);
        expect(got).toEqual(expected);
      }),
    );
  });
});
