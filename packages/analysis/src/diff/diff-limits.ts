import type { TableRateLimit } from '@agentpolicy/core';
import { type Change, combineChanges } from './change.ts';

/**
 * A bucket lets more through where it holds more calls, or is refilled faster: `10/minute` to `600/hour`
 * holds more at the same rate, and `60/minute` to `1/second` holds less.
 */
export function compareRateLimits(old: TableRateLimit | null, next: TableRateLimit | null): Change {
  if (old === null) return next === null ? 'unchanged' : 'narrowed';
  if (next === null) return 'widened';
  // Multiplied rather than divided, and as big integers: the comparison is exact.
  const oldRate = BigInt(old.count) * BigInt(next.periodMs);
  const nextRate = BigInt(next.count) * BigInt(old.periodMs);
  return combineChanges([compareAmounts(old.count, next.count), compareAmounts(oldRate, nextRate)]);
}

/** A pinned definition of the tool: another one is neither stricter nor more open. */
export function compareSchemaHashes(old: string | null, next: string | null): Change {
  if (old === next) return 'unchanged';
  if (old === null) return 'narrowed';
  return next === null ? 'widened' : 'moved';
}

/** More of it is wider. */
export function compareAmounts(old: number | bigint, next: number | bigint): Change {
  if (old === next) return 'unchanged';
  return next > old ? 'widened' : 'narrowed';
}
