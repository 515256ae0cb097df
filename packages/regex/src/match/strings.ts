/** Comparing unit by unit is the faster way for prefixes up to this length. */
const SHORT = 8;

/**
 * Whether the text starts with `prefix`. Texts that do not mostly differ in the prefix's last unit, too;
 * beyond that, `lastIndexOf` is faster than `startsWith` where the prefix is not a constant of the program.
 */
export function hasPrefix(text: string, prefix: string): boolean {
  const last = prefix.length - 1;
  if (last < 0) return true;
  if (text.length <= last || text.charCodeAt(last) !== prefix.charCodeAt(last)) return false;
  if (last >= SHORT) return text.lastIndexOf(prefix, 0) === 0;
  for (let at = 0; at < last; at++) if (text.charCodeAt(at) !== prefix.charCodeAt(at)) return false;
  return true;
}

/** Length of what two strings start with together, in whole characters. */
export function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  const last = length > 0 ? a.charCodeAt(length - 1) : 0;
  return (last & 0xfc00) === 0xd800 ? length - 1 : length;
}
