const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** Reads a length of time such as `250ms`, `30s` or `1m`, in milliseconds; undefined where it is none. */
export function parseWait(text: string): number | undefined {
  const match = /^([0-9]{1,9}(?:\.[0-9]{1,6})?)(ms|s|m|h|d)$/.exec(text);
  const unit = UNITS.get(match?.[2] ?? '');
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
}
