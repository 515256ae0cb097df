import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTimestamp } from './parse-timestamp.ts';

describe('parseTimestamp', () => {
  it('reads what a Date writes', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }),
        (date) => {
          expect(parseTimestamp(date.toISOString())).toBe(date.getTime());
        },
      ),
    );
  });

  it.each([
    ['2026-01-31T10:00:00Z', Date.UTC(2026, 0, 31, 10)],
    ['2026-01-31T10:00:00.5Z', Date.UTC(2026, 0, 31, 10, 0, 0, 500)],
    ['2026-01-31T12:00:00+02:00', Date.UTC(2026, 0, 31, 10)],
  ])('reads %s', (text, time) => {
    expect(parseTimestamp(text)).toBe(time);
  });

  it.each([
    ['soon'],
    [''],
    ['1769853600000'],
    ['2026-13-01T00:00:00.000Z'],
    ['2026-01-01T25:00:00.000Z'],
    ['2026-01-01T00:00:0x.000Z'],
    ['2026-01-01T00:00:00.000Z 2026-01-01T00:00:00.000Z'],
  ])('does not read %j', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });
});
