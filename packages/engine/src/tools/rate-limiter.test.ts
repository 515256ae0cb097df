import { describe, expect, it } from 'vitest';
import { createTokenBucket } from './rate-limiter.ts';

/** Takes tokens at the given times (ms) and tells which were there. */
function take(count: number, periodMs: number, times: readonly number[]): boolean[] {
  let now = 0;
  const bucket = createTokenBucket({ count, periodMs }, () => now);
  return times.map((time) => {
    now = time;
    return bucket();
  });
}

describe('a token bucket', () => {
  it.each([
    ['holds as many calls as its limit', 2, 60_000, [0, 0, 0], [true, true, false]],
    [
      'gives a call back after its share of the period',
      2,
      60_000,
      [0, 0, 29_999, 30_000],
      [true, true, false, true],
    ],
    ['never holds more than its limit', 1, 1_000, [0, 1_000_000, 1_000_000], [true, true, false]],
    [
      'never rounds thirds away',
      3,
      1_000,
      [0, 0, 0, 333, 334, 667, 1_000],
      [true, true, true, false, true, true, true],
    ],
    ['admits nothing with a limit of zero', 0, 1_000, [0, 5_000], [false, false]],
    [
      'mints nothing from a clock that goes back and forth',
      1,
      1_000,
      [5_000, 0, 5_000, 5_999, 6_000],
      [true, false, false, false, true],
    ],
  ] as const)('%s', (_name, count, periodMs, times, expected) => {
    expect(take(count, periodMs, times)).toEqual(expected);
  });
});
