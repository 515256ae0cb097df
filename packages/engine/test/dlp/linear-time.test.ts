import { describe, expect, it } from 'vitest';
import { AWS, AWS_KEY, EMAIL, makeScanner, SSN } from './support.ts';

const scanner = makeScanner([AWS, EMAIL, SSN], { detectEncoding: true });

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function fastest(run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) {
    const start = process.hrtime.bigint();
    run();
    best = Math.min(best, Number(process.hrtime.bigint() - start));
  }
  return best;
}

/** Each is a piece that is repeated: 64 times as much text may not cost much more than 64 times as much. */
const PIECES: readonly (readonly [what: string, piece: string])[] = [
  ['words of base64', `${base64('some words of plain text')} `],
  ['words of base64 that hold secrets', `${base64(`key ${AWS_KEY}`)} `],
  ['one run of base64', 'c29tZSB3b3Jkcw'.repeat(2)],
  ['one run of hexadecimal digits', '736f6d6520776f726473'],
  ['one run that is text however it is read', 'VVVVVVVV'],
  ['runs that overlap in both alphabets', 'abcdefghij-klmnopqrst+uvwxyzabcd_efghijklmn/'],
  ['runs one too short', 'abcdefghij!'],
  ['wrapped lines', `${'c29tZSB3b3Jkcw'.repeat(5)}\n`],
  ['lines that are not wrapped', `${'c29tZSB3b3Jkcw'.repeat(4)}\n`],
  ['padding', '='],
  ['one long word', 'a'],
  ['at signs', 'a@'],
];

describe('time grows with the text only', () => {
  it.each(PIECES)('for %s', (_, piece) => {
    const small = piece.repeat(Math.ceil(8_000 / piece.length));
    const large = piece.repeat(64 * Math.ceil(8_000 / piece.length));
    scanner.scanText(small);
    const unit = Math.max(
      fastest(() => scanner.scanText(small)),
      50_000,
    );
    const ratio = fastest(() => scanner.scanText(large)) / unit;
    // Quadratic time would give 4,096.
    expect(ratio).toBeLessThan(64 * 8);
  });

  it('for text that is encoded again and again', () => {
    let text = `some text ${'with words '.repeat(20_000)}`;
    for (let layer = 0; layer < 6; layer++) text = base64(text);
    const start = process.hrtime.bigint();
    expect(scanner.scanText(text).events).toEqual([]);
    expect(Number(process.hrtime.bigint() - start)).toBeLessThan(20e9);
  });
});
