/**
 * A protected path in the form in which two spellings of it are equal: one slash between segments, no `.`
 * segments, none at the end, the home folder as `~`. Nothing is resolved: the linter knows no machine.
 */
export function normalizePath(path: string): string {
  const home = path.replace(/^(?:\$HOME|\$\{HOME\})(?=\/|$)/, '~').replaceAll('\\', '/');
  const segments = home
    .split('/')
    .filter((segment, index) => segment !== '.' && (segment !== '' || index === 0));
  return segments.join('/') || '/';
}
