import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRun } from './decode-run.ts';
import type { EncodedRun } from './encoded-runs.ts';

function whole(text: string, encoding: EncodedRun['encoding']): readonly string[] {
  return decodeRun(text, { start: 0, end: text.length, encoding });
}

const bytes = (...values: readonly number[]): string => Buffer.from(values).toString('base64');

describe('decodeRun', () => {
  it.each([
    ['aGVsbG8gd29ybGQ=', 'base64', 'hello world'],
    ['aGVsbG8gd29ybGQ', 'base64', 'hello world'],
    ['Pz8/Pj4+Pz8/', 'base64', '???>>>???'],
    ['Pz8_Pj4-Pz8_', 'base64', '???>>>???'],
    ['aGVs\nbG8g\r\nd29ybGQ=', 'base64', 'hello world'],
    ['68656C6c6f20776f726c64', 'hex', 'hello world'],
    ['c3RyYcOfZSDwn5iA', 'base64', 'straße 😀'],
  ] as const)('reads %j in %s', (text, encoding, reading) => {
    expect(whole(text, encoding)).toContain(reading);
  });

  it.each([
    ['a quarter of noise', bytes(0x61, 0x62, 0, 0x63, 0x64, 0xff, 0x65, 0x66), 'ab\0cd\ufffdef'],
    ['a byte order mark', bytes(0xef, 0xbb, 0xbf, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66), '\ufeffabcdef'],
  ])('reads text with %s', (_, text, reading) => {
    expect(whole(text, 'base64')).toContain(reading);
  });

  it.each([
    ['more than a quarter of noise', bytes(0x61, 0x62, 0, 0x63, 0, 0xff, 0x65, 0x66, 0x67)],
    ['control characters', bytes(1, 2, 3, 4, 5, 6, 7, 8, 0x7f)],
    ['characters that end early', bytes(0xe2, 0x82, 0xe2, 0x82, 0xe2, 0x82, 0xe2, 0x82, 0xe2)],
    ['continuations of nothing', bytes(0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88)],
    ['bytes that UTF-8 never has', bytes(0xc0, 0xc1, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfe, 0xff)],
  ])('reads no text in %s', (_, text) => {
    expect(whole(text, 'base64')).not.toContain(Buffer.from(text, 'base64').toString('utf8'));
  });

  it('reads any text again, whatever stands before it', () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 8, maxLength: 60 })
      .filter((each) => !/\p{Cc}/u.test(each));
    const encoding = fc.constantFrom('base64', 'base64url', 'hex');
    fc.assert(
      fc.property(text, encoding, fc.nat({ max: 3 }), (secret, kind, shift) => {
        const prefix = 'aaa'.slice(0, kind === 'hex' ? shift % 2 : shift);
        const run = prefix + Buffer.from(secret).toString(kind);
        expect(whole(run, kind === 'hex' ? 'hex' : 'base64').some((each) => each.includes(secret))).toBe(
          true,
        );
      }),
      { numRuns: 2000 },
    );
  });
});
