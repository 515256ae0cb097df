import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHeldBytes } from './held-bytes.ts';

const LIMIT = 2 * 1024 * 1024;

describe('createHeldBytes', () => {
  it('holds what was appended, across the change to a large buffer and after it was cleared', () => {
    const part = fc.tuple(fc.constantFrom(0, 1, 5, 4095, 65_535, 65_536, 65_537, 300_000), fc.nat(255));
    fc.assert(
      fc.property(fc.array(fc.array(part, { maxLength: 6 }), { maxLength: 4 }), (lines) => {
        const held = createHeldBytes(LIMIT);
        for (const line of lines) {
          const parts = line.map(([length, byte]) => Buffer.alloc(length, byte));
          for (const each of parts) held.append(each);
          expect(held.view().equals(Buffer.concat(parts))).toBe(true);
          held.clear();
          expect(held.length).toBe(0);
          expect(held.view()).toHaveLength(0);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('holds as much as its limit, to the byte', () => {
    const held = createHeldBytes(LIMIT);
    held.append(Buffer.alloc(LIMIT - 1, 'a'));
    held.append(Buffer.from('b'));
    expect(held.view().at(-1)).toBe('b'.charCodeAt(0));
    expect(held.length).toBe(LIMIT);
  });
});
