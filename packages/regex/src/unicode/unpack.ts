const DIGITS = new Map(
  [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].map((digit, value) => [
    digit,
    value,
  ]),
);

/**
 * Reads the generated tables' numbers: five bits a character, low bits first, bit 32 says that more follow.
 */
export function decodeNumbers(packed: string): number[] {
  const out: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of packed) {
    const bits = DIGITS.get(digit) ?? 0;
    value |= (bits & 31) << shift;
    if (bits >= 32) {
      shift += 5;
    } else {
      out.push(value);
      value = 0;
      shift = 0;
    }
  }
  return out;
}
