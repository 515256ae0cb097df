import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePercents } from './percent.ts';

describe('decodePercents', () => {
  it.each<[string, string]>([
    ['', ''],
    ['100%', '100%'],
    ['%zz%2', '%zz%2'],
    ['%41', 'A'],
    ['%2e%2E', '..'],
    ['%252e', '.'],
    ['%25252525252e', '.'],
    ['%%34%31', 'A'],
    // What decoding leaves is an encoding again.
    ['%2%35', '%'],
    ['%C3%A9', 'é'],
    ['%F0%9F%98%80', '😀'],
    ['%c0%ae%e0%80%af', './'],
    ['%ff%fe', '\ufffd\ufffd'],
    ['%c3', '\ufffd'],
    ['%c3x', '\ufffdx'],
    ['%f7%bf%bf%bf', '\ufffd\ufffd\ufffd\ufffd'],
  ])('%j becomes %j', (text, decoded) => {
    expect(decodePercents(text)).toBe(decoded);
  });

  it('leaves no encoding behind', () => {
    const text = fc.array(fc.constantFrom('%', '2', '5', 'e', '%25', '41', 'x', '%c3'), { maxLength: 30 });
    fc.assert(
      fc.property(text, (words) => {
        expect(decodePercents(words.join(''))).not.toMatch(/%[0-9a-f]{2}/i);
      }),
    );
  });

  it('undoes what encodeURIComponent does, however often', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 4 }), (source, times) => {
        // A percent sign of the source can meet digits of the source.
        fc.pre(!source.includes('%'));
        let text = source;
        for (let k = 0; k < times; k++) text = encodeURIComponent(text);
        expect(decodePercents(text)).toBe(source);
      }),
    );
  });
});
