/** What a code unit does in a text that may hold paths. */
const ORDINARY = 0;
const DELIMITER = 1;

export const SLASH = 0x2f;
export const DOT = 0x2e;
export const DASH = 0x2d;
export const TILDE = 0x7e;
export const DOLLAR = 0x24;
export const PERCENT = 0x25;
export const COLON = 0x3a;
export const SPACE = 0x20;
/** What `unitAt` gives past the end of a text: no code unit has this value. */
export const END = -1;

/** Letters, digits, `_ . - ~ /` make up paths; every other ASCII character may also stand before or after one. */
const ASCII = Uint8Array.from({ length: 128 }, (_, unit) =>
  /[A-Za-z0-9_.~/-]/.test(String.fromCharCode(unit)) ? ORDINARY : DELIMITER,
);

export function unitAt(text: string, at: number): number {
  return at < text.length ? text.charCodeAt(at) : END;
}

/** A path may end before this code unit and begin after it; it may also be a part of a name. */
export function isDelimiter(unit: number): boolean {
  if (unit < 0) return false;
  if (unit < 128) return ASCII[unit] === DELIMITER;
  if (unit < 0x2000) return unit < 0xa1 || unit === 0xab || unit === 0xbb;
  // General punctuation with its spaces and quotation marks; CJK punctuation and brackets.
  return unit <= 0x206f || (unit >= 0x3000 && unit <= 0x301f);
}

/** The end of the text, a separator, or a delimiter. */
export function isBoundary(unit: number): boolean {
  return unit === END || unit === SLASH || isDelimiter(unit);
}

export function isAsciiLetter(unit: number): boolean {
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

export function isVariableUnit(unit: number): boolean {
  return isAsciiLetter(unit) || (unit >= 0x30 && unit <= 0x39) || unit === 0x5f;
}

/** What some file systems drop at the end of a name. */
export function isTrailing(unit: number): boolean {
  return unit === DOT || unit === SPACE;
}

/** How many dots (0, 1, 2) stand at `at` where a boundary follows them; -1 where a name stands there. */
export function countDots(text: string, at: number): -1 | 0 | 1 | 2 {
  const first = unitAt(text, at);
  if (isBoundary(first)) return 0;
  if (first !== DOT) return -1;
  const second = unitAt(text, at + 1);
  if (isBoundary(second)) return 1;
  return second === DOT && isBoundary(unitAt(text, at + 2)) ? 2 : -1;
}
