/** How `Date` and most recorders write a time: `2026-01-31T10:00:00.000Z`. */
const USUAL_LENGTH = 24;

let knownDay = '';
let knownDayStart = Number.NaN;

/**
 * Milliseconds since 1970 of an ISO 8601 time; undefined where it is none. The usual form is read digit by
 * digit, since a trace holds one on every line.
 */
export function parseTimestamp(text: string): number | undefined {
  if (text.length > 40 || text.charCodeAt(4) !== 0x2d) return undefined;
  return parseUsual(text) ?? parseAny(text);
}

function parseAny(text: string): number | undefined {
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

function parseUsual(text: string): number | undefined {
  if (text.length !== USUAL_LENGTH || text[10] !== 'T' || text[23] !== 'Z') return undefined;
  if (text[13] !== ':' || text[16] !== ':' || text[19] !== '.') return undefined;
  const hours = readDigits(text, 11, 2);
  const minutes = readDigits(text, 14, 2);
  const seconds = readDigits(text, 17, 2);
  const milliseconds = readDigits(text, 20, 3);
  // Comparing with NaN is false: what is no digit is left to the general reader.
  if (!(hours < 24 && minutes < 60 && seconds < 60 && milliseconds < 1000)) return undefined;
  const day = startOfDay(text.slice(0, 10));
  if (day === undefined) return undefined;
  return day + ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds;
}

/** A trace stays on one day for long. */
function startOfDay(day: string): number | undefined {
  if (day !== knownDay) {
    knownDay = day;
    knownDayStart = Date.parse(`${day}T00:00:00.000Z`);
  }
  return Number.isNaN(knownDayStart) ? undefined : knownDayStart;
}

function readDigits(text: string, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}
