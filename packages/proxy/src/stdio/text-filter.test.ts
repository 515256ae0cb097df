import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStubEngine } from '../../test/support/stub-engine.ts';
import { createTextFilter } from './text-filter.ts';

const SECRET = 'AKIAIOSFODNN7EXAMPLE';

/** Passes bytes, cut at the given places, through a filter. */
function filter(bytes: Uint8Array, cuts: readonly number[] = []): { shown: string; count: number } {
  const { logs } = createStubEngine({ secret: SECRET });
  if (logs === null) throw new Error('the stub has no scanner');
  let count = 0;
  const created = createTextFilter(logs, (_, found) => {
    count += found;
  });
  let shown = '';
  let at = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    shown += created.push(bytes.subarray(at, cut));
    at = cut;
  }
  return { shown: shown + created.push(bytes.subarray(at)) + created.end(), count };
}

describe('the filter of standard error', () => {
  it('finds a secret wherever it is cut', () => {
    const text = `é before ${SECRET} after\nnext ${SECRET}`;
    const bytes = Buffer.from(text);
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(filter(bytes, [cut])).toEqual({
        shown: 'é before [REDACTED:secret] after\nnext [REDACTED:secret]',
        count: 2,
      });
    }
  });

  it('gives the same in any chunking', () => {
    const piece = fc.constantFrom('a', '\n', 'é', '😀', SECRET, SECRET.slice(0, 7), SECRET.slice(7), '\r\n');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.array(fc.nat(200)), (pieces, cuts) => {
        const bytes = Buffer.from(pieces.join(''));
        const whole = filter(bytes);
        expect(
          filter(
            bytes,
            cuts.map((cut) => Math.min(cut, bytes.length)),
          ),
        ).toEqual(whole);
        expect(whole.shown).toBe(pieces.join('').split(SECRET).join('[REDACTED:secret]'));
      }),
    );
  });

  it('passes a line without an end on in pieces, and still finds a secret between two', () => {
    const long = 'x'.repeat(64 * 1024 - 5);
    const { shown } = filter(Buffer.from(`${long}${SECRET}${long}${SECRET}`), [
      long.length + 7,
      long.length + 15,
    ]);
    expect(shown).toBe(`${long}[REDACTED:secret]${long}[REDACTED:secret]`);
  });

  it('cuts no surrogate pair in two', () => {
    const text = `x${'😀'.repeat(50_000)}`;
    expect(filter(Buffer.from(text), [100_000]).shown).toBe(text);
  });
});
