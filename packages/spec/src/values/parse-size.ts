import type { ValueResult } from './value-result.ts';

/**
 * Powers of 1024, also for `KB`. The specification does not say which; a size here bounds how much is scanned for
 * secrets, and of the two readings the larger one scans more.
 */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['B', 1],
  ['KB', 1024],
  ['KiB', 1024],
  ['MB', 1024 ** 2],
  ['MiB', 1024 ** 2],
  ['GB', 1024 ** 3],
  ['GiB', 1024 ** 3],
]);

/** Reads a size such as `512KB` into bytes (v1alpha2 §3.6.3). It is at least one byte. */
export function parseSize(text: string): ValueResult<number> {
  const parts = /^([0-9]{1,15})([A-Za-z]{1,3})$/.exec(text);
  const unit = UNITS.get(parts?.[2] ?? '');
  if (parts === null || unit === undefined) {
    return { ok: false, problem: 'a size is a whole number with B, KB, MB or GB, such as `512KB`' };
  }
  const bytes = Number(parts[1]) * unit;
  if (bytes === 0) return { ok: false, problem: 'a size is at least one byte' };
  if (bytes > Number.MAX_SAFE_INTEGER) return { ok: false, problem: 'a size is below 8 PiB' };
  return { ok: true, value: bytes };
}
