import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSuite } from './read-suite.ts';

const KEYS = [
  'policy',
  'traces',
  'calls',
  'cases',
  'snapshot',
  'tool',
  'args',
  'each',
  'table',
  'expect',
  'match',
  'x',
];
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('allow', 'block', '', 'a', '(', 0, 1, -1, 1e300, true, null),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...KEYS, '__proto__', 'matches', 'rule', 'decision'), tie('any'), {
      maxKeys: 4,
    }),
  ),
})).any;

describe('readSuite', () => {
  it('says what is wrong with anything, at a place, and never throws', () => {
    const suite = fc.dictionary(fc.constantFrom(...KEYS), value, { maxKeys: 6 });
    fc.assert(
      fc.property(suite, (content) => {
        const reading = readSuite(JSON.stringify(content), 's.aip-test.yaml');
        if (reading.ok) return;
        expect(reading.problems.length).toBeGreaterThan(0);
        for (const { message, place } of reading.problems) {
          expect(message).not.toBe('');
          expect(place.line).toBe(1);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
