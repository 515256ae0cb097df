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

interface NamedBucket {
  readonly limit: TableRateLimit;
  readonly takeToken: TakeToken;
}

/** The token buckets of one engine, by the tool's normalized name. */
export class TokenBuckets {
  private readonly clock: () => number;
  private readonly buckets = new Map<string, NamedBucket>();
  private readonly inherited: ReadonlyMap<string, NamedBucket>;

  /** A bucket of `previous` goes on, at its level, where its limit stays the same. */
  constructor(clock: () => number, previous?: TokenBuckets) {
    this.clock = clock;
    this.inherited = new Map(previous?.buckets);
  }

  take(tool: string, limit: TableRateLimit): TakeToken {
    const before = this.inherited.get(tool);
    const isSame = before?.limit.count === limit.count && before.limit.periodMs === limit.periodMs;
    const bucket =
      before !== undefined && isSame ? before : { limit, takeToken: createTokenBucket(limit, this.clock) };
    this.buckets.set(tool, bucket);
    return bucket.takeToken;
  }
}
