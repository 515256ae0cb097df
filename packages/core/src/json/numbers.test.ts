import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatNumber } from './numbers.ts';

describe('formatNumber', () => {
  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['-0.0', '0'],
    ['0e5', '0'],
    ['-0E-5', '0'],
    ['1', '1'],
    ['1.0', '1'],
    ['1.50', '1.5'],
    ['-1.50', '-1.5'],
    ['1e0', '1'],
    ['1e21', '1000000000000000000000'],
    ['1E+21', '1000000000000000000000'],
    ['-1.5e21', '-1500000000000000000000'],
    ['123456789012345680000', '123456789012345680000'],
    ['1e-7', '0.0000001'],
    ['-1.25e-7', '-0.000000125'],
    ['0.000001', '0.000001'],
    ['9007199254740993', '9007199254740993'],
    ['-123456789012345678901234567890', '-123456789012345678901234567890'],
    ['9007199254740993.0', '9007199254740992'],
    ['0.1e1', '1'],
    ['100e-2', '1'],
    ['333333333.33333329', '333333333.3333333'],
    ['1e-400', '0'],
    ['5e-324', `0.${'0'.repeat(323)}5`],
    ['1.7976931348623157e308', `17976931348623157${'0'.repeat(292)}`],
  ])('writes %s as %s', (literal, text) => {
    expect(formatNumber(literal)).toBe(text);
  });

  it('reads back the same double, in decimal, without needless zeros', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = formatNumber(JSON.stringify(value));
        expect(Number(text)).toBe(value === 0 ? 0 : value);
        expect(text).toMatch(/^-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$/);
        // The same digits as the shortest form, which JavaScript writes with an exponent where it likes.
        const digits = (number: string): string =>
          (number.split('e')[0] ?? '').replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '');
        expect(digits(text)).toBe(digits(String(value)));
      }),
      { numRuns: 5000 },
    );
  });

  it('keeps every digit of an integer literal', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 60n), max: 10n ** 60n }), (value) => {
        expect(formatNumber(String(value))).toBe(String(value));
      }),
    );
  });
});
