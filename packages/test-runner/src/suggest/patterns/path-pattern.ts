import { describeClass, escapeLiteral } from './escape.ts';

/** A pattern without anchors, and what it is in words. */
export interface Core {
  readonly pattern: string;
  readonly note: string;
}

/** What a path's segment may hold besides what was seen. */
const SEGMENT = 'azAZ09_.-';

/**
 * The folder that all paths lie in and everything below it; no segment is `..`. Undefined where a value is no
 * absolute path (from `/`, `~/`, or a drive), or holds `.` or `..` as a segment.
 */
export function describePaths(values: readonly string[]): Core | undefined {
  const paths = values.map(splitPath);
  const [first] = paths;
  if (first === undefined) return undefined;
  const known: string[][] = [];
  for (const path of paths) {
    if (path === undefined) return undefined;
    known.push(path);
  }
  const common = commonStart(known);
  // One path alone has no folder in common with others; and the root is no folder to grant.
  if (common.length < 2 || values.length < 2) return undefined;
  const below = known.flatMap((path) => path.slice(common.length));
  const segment = describeClass(below, SEGMENT);
  if (segment === undefined) return undefined;
  const start = describeClass(
    below.map((name) => name.replace(/^\./, '').slice(0, 1)),
    SEGMENT.replace('.', ''),
  );
  if (start === undefined) return undefined;
  const dot = below.some((name) => name.startsWith('.')) ? '\\.?' : '';
  const slash = values.some((value) => value.endsWith('/')) ? '/?' : '';
  const folder = common.join('/');
  return {
    pattern: `${escapeLiteral(folder)}(?:/${dot}${start}${segment}*)*${slash}`,
    note: `under ${folder}`,
  };
}

/** The segments; the first is empty, `~` or a drive. Undefined for what is no plain absolute path. */
function splitPath(value: string): string[] | undefined {
  if (!/^(?:~?\/|[A-Za-z]:\/)/.test(value)) return undefined;
  const segments = value.replace(/\/$/, '').split('/');
  const names = segments.slice(1);
  return names.some((name) => name === '' || (/^\.{1,2}/.test(name.slice(0, 2)) && !/^\.[^.]/.test(name)))
    ? undefined
    : segments;
}

/** The folders that all share: at most all but the last segment of the shortest. */
function commonStart(paths: readonly (readonly string[])[]): readonly string[] {
  const [first = []] = paths;
  let length = 0;
  while (length < first.length && paths.every((path) => path[length] === first[length])) length++;
  return first.slice(0, length);
}
