import type { ValueResult } from './value-result.ts';

export interface RateLimit {
  readonly count: number;
  /** Length of the period in milliseconds. */
  readonly periodMs: number;
}

const PERIODS: ReadonlyMap<string, number> = new Map([
  ...['second', 'sec', 's'].map((name): [string, number] => [name, 1_000]),
  ...['minute', 'min', 'm'].map((name): [string, number] => [name, 60_000]),
  ...['hour', 'hr', 'h'].map((name): [string, number] => [name, 3_600_000]),
]);

/** Reads a rate limit such as `10/minute` (v1alpha1 §3.5.2). A count of zero is a limit that lets nothing through. */
export function parseRateLimit(text: string): ValueResult<RateLimit> {
  const slash = text.indexOf('/');
  if (slash === -1) return { ok: false, problem: 'a rate limit is written COUNT/PERIOD' };
  const digits = text.slice(0, slash);
  if (!/^[0-9]+$/.test(digits)) return { ok: false, problem: 'the count before the slash is a whole number' };
  if (digits.length > 15) return { ok: false, problem: 'the count has at most 15 digits' };
  const periodMs = PERIODS.get(text.slice(slash + 1));
  if (periodMs === undefined) {
    return { ok: false, problem: 'the period is second, sec, s, minute, min, m, hour, hr or h' };
  }
  return { ok: true, value: { count: Number(digits), periodMs } };
}
