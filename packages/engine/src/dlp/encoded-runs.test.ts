import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EncodedRun, findEncodedRuns } from './encoded-runs.ts';

const ALNUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const KINDS = [
  { characters: `${ALNUM}+/`, minimum: 11, encoding: 'base64' },
  { characters: `${ALNUM}-_`, minimum: 11, encoding: 'base64' },
  { characters: '0123456789abcdefABCDEF', minimum: 16, encoding: 'hex' },
] as const;

/** The definition, character by character: every start is tried, nothing is skipped. */
function findNaively(text: string): readonly EncodedRun[] {
  const found = new Map<string, EncodedRun>();
  for (const { characters, minimum, encoding } of KINDS) {
    const isIn = (at: number): boolean => at < text.length && characters.includes(text.charAt(at));
    let from = 0;
    while (from < text.length) {
      if (!isIn(from)) {
        from++;
        continue;
      }
      let end = from;
      let line = 0;
      for (;;) {
        while (isIn(end)) {
          end++;
          line++;
        }
        const skip = text.startsWith('\n', end) ? 1 : text.startsWith('\r\n', end) ? 2 : 0;
        if (line < 60 || skip === 0 || !isIn(end + skip)) break;
        end += skip;
        line = 0;
      }
      const long = end - from >= minimum;
      let padded = end;
      while (long && encoding === 'base64' && padded < end + 2 && text.charAt(padded) === '=') padded++;
      if (long) found.set(`${from} ${padded} ${encoding}`, { start: from, end: padded, encoding });
      from = Math.max(end, padded);
    }
  }
  return sorted([...found.values()]);
}

function sorted(runs: readonly EncodedRun[]): readonly EncodedRun[] {
  return [...runs].sort(
    (a, b) =>
      a.start - b.start || a.end - b.end || Number(a.encoding > b.encoding) - Number(a.encoding < b.encoding),
  );
}

describe('findEncodedRuns', () => {
  it.each([
    ['nothing in short words', 'the quick brown fox jumps', []],
    ['nothing in ten characters', 'abcdefghij', []],
    ['eleven characters', 'abcdefghijk', [{ start: 0, end: 11, encoding: 'base64' }]],
    ['two padding characters at most', 'x: abcdefghijk===', [{ start: 3, end: 16, encoding: 'base64' }]],
    ['nothing that padding makes long enough', 'abcdefghi==', []],
    [
      'sixteen hexadecimal digits in both readings',
      '(0123456789abcdef)',
      [
        { start: 1, end: 17, encoding: 'base64' },
        { start: 1, end: 17, encoding: 'hex' },
      ],
    ],
    [
      'overlapping runs of both base64 alphabets',
      'ab-cdefghijklmno+pq',
      [
        { start: 0, end: 16, encoding: 'base64' },
        { start: 3, end: 19, encoding: 'base64' },
      ],
    ],
    ['a wrapped run', `${'Y'.repeat(60)}\n${'Z'.repeat(5)} C`, [{ start: 0, end: 66, encoding: 'base64' }]],
    [
      'a short line, alone',
      `${'Y'.repeat(59)}\n${'Z'.repeat(5)}`,
      [{ start: 0, end: 59, encoding: 'base64' }],
    ],
  ])('finds %s', (_, text, runs) => {
    expect(sorted(findEncodedRuns(text))).toEqual(runs);
  });

  it('finds what trying every start finds', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '+',
        '-',
        '=',
        '==',
        '===',
        '\n',
        '\r\n',
        '\r',
        ' ',
        'é',
        'abc',
        '09',
        'xyz',
        '/',
        '_',
        '😀',
      ),
      fc.nat({ max: 70 }).map((length) => 'f0'.repeat(length).slice(0, length)),
      fc.nat({ max: 70 }).map((length) => 'Zz'.repeat(length).slice(0, length)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const text = pieces.join('');
        expect(sorted(findEncodedRuns(text))).toEqual(findNaively(text));
      }),
      { numRuns: 5000 },
    );
  });
});
