import { EngineError } from '../engine-error.ts';
import { isTrailing } from './characters.ts';

const DRIVE = /^[A-Za-z]:(?=\/|$)/;

/** Splits a path with `/` between its names, and resolves `.` and `..` as far as it goes. */
export function resolveSegments(base: readonly string[], path: string): readonly string[] {
  const segments = [...base];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(trimTrailing(segment));
    else if (segments.length > 0 && !isDriveRoot(segments)) segments.pop();
  }
  return segments;
}

/** `/…` or `C:/…` (both also with backslashes). */
export function isAbsolutePath(path: string): boolean {
  const separated = path.replaceAll('\\', '/');
  return separated.startsWith('/') || /^[A-Za-z]:\//.test(separated);
}

/** Names from the root. A drive is the first name, in lower case. */
export function absoluteSegments(path: string): readonly string[] {
  const separated = path.replaceAll('\\', '/');
  const rooted = DRIVE.test(separated) ? separated.charAt(0).toLowerCase() + separated.slice(1) : separated;
  return resolveSegments([], rooted);
}

/** @throws EngineError `bad-environment` where the path is relative or empty. */
export function requireAbsolute(path: string, what: string): void {
  if (!isAbsolutePath(path)) {
    throw new EngineError('bad-environment', `${what} must be an absolute path, not \`${path}\``);
  }
}

export function driveOf(segments: readonly string[]): string | null {
  const first = segments[0];
  return first !== undefined && DRIVE.test(first) ? first : null;
}

function isDriveRoot(segments: readonly string[]): boolean {
  return segments.length === 1 && driveOf(segments) !== null;
}

/** Some file systems drop dots and spaces at the end of a name. A name of nothing else stays as it is. */
function trimTrailing(segment: string): string {
  let end = segment.length;
  while (end > 0 && isTrailing(segment.charCodeAt(end - 1))) end--;
  return end === 0 ? segment : segment.slice(0, end);
}
