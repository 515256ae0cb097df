import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createScanBudget } from './scan-budget.ts';

describe('createScanBudget', () => {
  it('takes everything where there is no limit', () => {
    const budget = createScanBudget(null);
    expect(budget.take('x'.repeat(10_000))).toBe(10_000);
    expect(budget.truncated).toBe(false);
  });

  it('takes the longest start that fits, whole characters only, and nothing behind it', () => {
    const texts = fc.array(fc.string({ unit: 'binary', maxLength: 8 }), { maxLength: 6 });
    fc.assert(
      fc.property(texts, fc.nat({ max: 60 }), (all, limit) => {
        const budget = createScanBudget(limit);
        let left = limit;
        let isOver = false;
        for (const text of all) {
          const taken = budget.take(text);
          const characters = [...text];
          let expected = '';
          for (const character of characters) {
            const size = Buffer.byteLength(character);
            if (isOver || size > left) {
              isOver = true;
              break;
            }
            left -= size;
            expected += character;
          }
          expect(text.slice(0, taken)).toBe(expected);
          expect(budget.truncated).toBe(isOver);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
