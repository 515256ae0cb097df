import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { removeInvisible } from '../../facts/invisible.ts';
import { quote } from '../../facts/quote.ts';

export const overbroadProtectedPath: Rule = {
  meta: {
    name: 'overbroad-protected-path',
    category: 'correctness',
    severity: SEVERITIES.likely,
    fixable: false,
    summary: 'A protected path holds the working directory, so that every call with an argument is refused.',
    options: {},
  },
  *check({ protectedPaths }) {
    for (const { path, pointer } of protectedPaths) {
      const place = describePlace(path);
      if (place === undefined) continue;
      yield {
        place: atValue(pointer),
        message: `${quote(path)} is ${place}: every call with an argument is refused, whatever its value`,
        help: 'name the folders and files that are to be protected; a word alone is a path in the working directory too',
      };
    }
  },
};

/** The root, the working directory or one above it, wherever that is; undefined for every other path. */
function describePlace(path: string): string | undefined {
  const text = removeInvisible(path)
    .trimEnd()
    .replaceAll('\\', '/')
    .replace(/^file:(?:\/\/[^/]*)?(?=\/)/i, '')
    .replace(/^(?:\$PWD|\$\{PWD\}|~\+)(?=\/|$)/, '.');
  let depth = 0;
  let above = false;
  const isAbsolute = text.startsWith('/');
  for (const segment of text.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') depth++;
    else if (depth > 0) depth--;
    else above = true;
  }
  if (depth > 0) return undefined;
  if (isAbsolute) return 'the root of the file system';
  return above ? 'a folder above the working directory' : 'the working directory';
}
