/**
 * `text.startsWith(prefix)`, which is the slower of the two where the prefix is not a constant of the
 * program.
 */
export function hasPrefix(text: string, prefix: string): boolean {
  return text.lastIndexOf(prefix, 0) === 0;
}
