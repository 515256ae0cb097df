/**
 * `text.startsWith(prefix)`, which is the slower of the two where the prefix is not a constant of the
 * program.
 */
export function hasPrefix(text: string, prefix: string): boolean {
  return text.lastIndexOf(prefix, 0) === 0;
}

/** Length of what two strings start with together, in whole characters. */
export function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  const last = length > 0 ? a.charCodeAt(length - 1) : 0;
  return (last & 0xfc00) === 0xd800 ? length - 1 : length;
}
