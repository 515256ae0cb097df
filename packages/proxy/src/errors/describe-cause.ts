/** The system's code for what went wrong; an empty text where it has none. */
export function errorCode(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}

/** The system's code for what went wrong, or what the error says. */
export function describeCause(cause: unknown): string {
  return errorCode(cause) || (cause instanceof Error ? cause.message : String(cause));
}

/** What to do about a file that can't be opened. */
export function remedyFor(cause: unknown): string {
  switch (errorCode(cause)) {
    case 'ELOOP':
      return ' (it is a symbolic link; give the path of the file itself)';
    case 'EISDIR':
      return ' (it is a directory; give the path of a file)';
    case 'ENOENT':
      return ' (its directory does not exist; create it first)';
    case 'EACCES':
    case 'EROFS':
    case 'EPERM':
      return ' (this user may not write there)';
    default:
      return '';
  }
}
