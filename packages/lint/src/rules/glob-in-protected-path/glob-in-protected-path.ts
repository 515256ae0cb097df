import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';

export const globInProtectedPath: Rule = {
  meta: {
    name: 'glob-in-protected-path',
    category: 'compatibility',
    severity: SEVERITIES.likely,
    fixable: false,
    summary: 'A protected path holds `*` or `?`, but no implementation expands them: it protects nothing.',
    options: {},
  },
  *check({ protectedPaths }) {
    for (const { path, pointer } of protectedPaths) {
      if (!/[*?]/.test(path)) continue;
      const instead = suggest(path);
      yield {
        place: atValue(pointer),
        message: `${quote(path)} is a path, not a glob: it protects only a file of this very name`,
        help:
          instead === undefined
            ? 'write the folder: everything below it is protected too'
            : `write ${quote(instead)}: ${instead.startsWith('.') ? 'names that start with it and go on with a dot are protected too' : 'everything below it is protected too'}`,
      };
    }
  },
};

/** The part that needs no glob: `~/.ssh/*` is `~/.ssh`, `**` + `/secrets/**` is `secrets`, `.env.*` is `.env`. */
function suggest(path: string): string | undefined {
  const plain = path
    .replace(/^\*\*\//, '')
    .replace(/(?:\/\*{1,2})+$/, '')
    .replace(/\.\*$/, '');
  return plain === '' || /[*?]/.test(plain) ? undefined : plain;
}
