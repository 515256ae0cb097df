import type { TableRateLimit } from '@agentpolicy/core';

/** Whether one more call fits; each question takes a token where there is one. */
export type TakeToken = () => boolean;

/**
 * A token bucket of `count` calls, refilled with `count` calls per `periodMs`. The level is kept in units of
 * 1/periodMs call, so that whole milliseconds never round. A clock that goes back mints no tokens.
 */
export function createTokenBucket(limit: TableRateLimit, clock: () => number): TakeToken {
  const { count, periodMs } = limit;
  const capacity = count * periodMs;
  let level = capacity;
  let at: number | undefined;
  return () => {
    const now = clock();
    at ??= now;
    if (now > at) {
      level = Math.min(capacity, level + (now - at) * count);
      at = now;
    }
    if (level < periodMs) return false;
    level -= periodMs;
    return true;
  };
}
