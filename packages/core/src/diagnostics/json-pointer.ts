/** Appends one reference token to a JSON pointer (RFC 6901). */
export function appendPointer(pointer: string, token: string | number): string {
  if (typeof token === 'number' || !/[~/]/.test(token)) return `${pointer}/${token}`;
  return `${pointer}/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Writes a path of keys and indexes as a JSON pointer (RFC 6901); the empty path is the whole document. */
export function formatPointer(path: readonly (string | number)[]): string {
  return path.reduce<string>(appendPointer, '');
}
