import { appendPointer } from '@agentpolicy/core';
import type { ComparedTable } from './diff-tools.ts';
import type { ProtectedPathDifference } from './difference.ts';

interface KnownPath {
  readonly written: string;
  readonly index: number;
}

/**
 * The protected paths that only one of the policies protects. What a path means depends on where the policy
 * runs; so paths are compared as written, but for repeated and trailing slashes, `.`, and the spelling of
 * the home directory. A place below one that stays protected is not lost.
 */
export function diffProtectedPaths(
  old: ComparedTable,
  next: ComparedTable,
): readonly ProtectedPathDifference[] {
  const before = collect(old);
  const after = collect(next);
  const lost = [...before].filter(([path]) => !isProtected(after, path));
  const gained = [...after].filter(([path]) => !isProtected(before, path));
  const place = ({ find }: ComparedTable, { index }: KnownPath) => [
    find(appendPointer('/spec/protected_paths', index)),
  ];
  return [
    ...lost.map(
      ([, known]): ProtectedPathDifference => ({
        kind: 'protected-path',
        path: known.written,
        change: 'widened',
        places: { old: place(old, known), next: [] },
      }),
    ),
    ...gained.map(
      ([, known]): ProtectedPathDifference => ({
        kind: 'protected-path',
        path: known.written,
        change: 'narrowed',
        places: { old: [], next: place(next, known) },
      }),
    ),
  ];
}

function collect({ judged }: ComparedTable): Map<string, KnownPath> {
  const paths = new Map<string, KnownPath>();
  judged.table.protectedPaths.forEach((written, index) => {
    const path = simplify(written);
    if (!paths.has(path)) paths.set(path, { written, index });
  });
  return paths;
}

/** One spelling of each path; a path that is not understood stays as it is. */
function simplify(written: string): string {
  const home = ['$HOME', `\${HOME}`].find((word) => written === word || written.startsWith(`${word}/`));
  const path = home === undefined ? written : `~${written.slice(home.length)}`;
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  const simple = `${path.startsWith('/') ? '/' : ''}${segments.join('/')}`;
  return simple === '' ? written : simple;
}

/**
 * Itself or a place above it. A name such as `.env` is protected wherever it stands and is no place, so
 * only its equal protects it.
 */
function isProtected(paths: ReadonlyMap<string, KnownPath>, path: string): boolean {
  if (paths.has(path)) return true;
  const isPlace = path.startsWith('/') || path.startsWith('~/');
  if (!isPlace || path.split('/').includes('..')) return false;
  if (path.startsWith('/') && paths.has('/')) return true;
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
    if (paths.has(path.slice(0, end))) return true;
  return false;
}
