import type { ValueResult } from './value-result.ts';

/** Nanoseconds of each unit. `d` is not Go's: the specification's own default `7d` uses it. */
const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
  ['d', 86_400_000_000_000n],
]);

/** Go keeps a duration in a signed 64-bit count of nanoseconds: about 292 years. */
const LONGEST = 2n ** 63n - 1n;

/** Longer texts are refused before they are read. */
const MAX_LENGTH = 100;
const MAX_DIGITS = 18;

const SHAPE = 'a duration is a number with a unit, such as `90s`, `5m` or `1h30m`';

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

function skipDigits(text: string, from: number): number {
  let at = from;
  while (isDigit(text, at)) at++;
  return at;
}

function unitAt(text: string, at: number): string | undefined {
  const two = text.slice(at, at + 2);
  if (UNITS.has(two)) return two;
  const one = text.slice(at, at + 1);
  return UNITS.has(one) ? one : undefined;
}

/**
 * Reads a duration as Go writes it (`300s`, `1h30m`, `1.5h`), with `d` for days of 24 hours, into milliseconds
 * (v1alpha2 §3.7.2). Units may repeat; a fraction of a millisecond is kept; a negative duration is refused.
 */
export function parseDuration(text: string): ValueResult<number> {
  if (text === '') return { ok: false, problem: SHAPE };
  if (text.length > MAX_LENGTH)
    return { ok: false, problem: `a duration has at most ${MAX_LENGTH} characters` };
  if (text.startsWith('-')) return { ok: false, problem: "a duration can't be negative" };
  let at = text.startsWith('+') ? 1 : 0;
  if (text.slice(at) === '0') return { ok: true, value: 0 };
  let total = 0n;
  do {
    const wholeEnd = skipDigits(text, at);
    const whole = text.slice(at, wholeEnd);
    let fraction = '';
    let end = wholeEnd;
    if (text[wholeEnd] === '.') {
      end = skipDigits(text, wholeEnd + 1);
      fraction = text.slice(wholeEnd + 1, end);
    }
    if (whole === '' && fraction === '') return { ok: false, problem: SHAPE };
    if (whole.length > MAX_DIGITS || fraction.length > MAX_DIGITS) {
      return { ok: false, problem: `a number in a duration has at most ${MAX_DIGITS} digits` };
    }
    const name = unitAt(text, end);
    const unit = name === undefined ? undefined : UNITS.get(name);
    if (name === undefined || unit === undefined) {
      return { ok: false, problem: `the unit of a duration is ns, us, ms, s, m, h or d` };
    }
    total += BigInt(whole === '' ? 0 : whole) * unit;
    if (fraction !== '') total += (BigInt(fraction) * unit) / 10n ** BigInt(fraction.length);
    at = end + name.length;
  } while (at < text.length);
  if (total > LONGEST) return { ok: false, problem: 'a duration is at most 292 years' };
  return { ok: true, value: Number(total) / 1_000_000 };
}
