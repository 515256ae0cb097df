import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRanges } from './code-point-set.ts';

describe('decodeRanges', () => {
  it('holds a begin and no end', () => {
    const set = decodeRanges('a 1 2 3');
    expect([9, 10, 11, 12, 13, 14, 15, 16].filter((each) => set.has(each))).toEqual([10, 13, 14, 15]);
  });

  it('agrees with a plain list of ranges', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 20 }), (steps) => {
        const even = steps.slice(0, steps.length - (steps.length % 2));
        const set = decodeRanges(even.map((step) => step.toString(36)).join(' '));
        let inside = false;
        let at = 0;
        for (const step of even) {
          for (let end = at + step; at < end; at++) expect(set.has(at)).toBe(inside);
          inside = !inside;
        }
        expect(set.has(at)).toBe(false);
      }),
    );
  });
});
