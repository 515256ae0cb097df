/**
 * Writes a number literal as STRING() does: decimal, no exponent, the shortest form that reads back the
 * same double; an integer literal keeps all its digits, also beyond 2^53; `-0` is `0`.
 */
export function formatNumber(literal: string): string {
  if (isPlainInteger(literal)) return literal === '-0' ? '0' : literal;
  return expandExponent(String(Number(literal)));
}

function isPlainInteger(literal: string): boolean {
  return !literal.includes('.') && !literal.includes('e') && !literal.includes('E');
}

/** JavaScript's shortest form of a double, with its exponent written out. `-0` is `0` already. */
function expandExponent(shortest: string): string {
  const split = shortest.indexOf('e');
  if (split === -1) return shortest;
  const exponent = Number(shortest.slice(split + 1));
  const negative = shortest.startsWith('-');
  const mantissa = shortest.slice(negative ? 1 : 0, split);
  const point = mantissa.indexOf('.');
  const digits = mantissa.replace('.', '');
  const whole = (point === -1 ? mantissa.length : point) + exponent;
  const sign = negative ? '-' : '';
  if (whole <= 0) return `${sign}0.${'0'.repeat(-whole)}${digits}`;
  if (whole >= digits.length) return `${sign}${digits}${'0'.repeat(whole - digits.length)}`;
  return `${sign}${digits.slice(0, whole)}.${digits.slice(whole)}`;
}
