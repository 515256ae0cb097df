import { Recent } from '../model/recent.ts';

/**
 * A protected path in the form in which two spellings of it are equal: one slash between segments, no `.`
 * segments, none at the end, the home folder as `~`. Nothing is resolved: the linter knows no machine.
 */
export function normalizePath(path: string): string {
  // Each argument of a policy is compared with each of its protected paths.
  const before = KNOWN.get(path);
  if (before !== undefined) return before;
  const normal = normalizeOnce(path);
  KNOWN.set(path, normal);
  return normal;
}

const KNOWN = new Recent<string>(200);

function normalizeOnce(path: string): string {
  const home = path.replace(/^(?:\$HOME|\$\{HOME\})(?=\/|$)/, '~').replaceAll('\\', '/');
  const segments = home
    .split('/')
    .filter((segment, index) => segment !== '.' && (segment !== '' || index === 0));
  return segments.join('/') || '/';
}
