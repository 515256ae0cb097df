import { dirname, join } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { MAX_SETTINGS, readRegularFile } from './read-regular-file.ts';
import { relativeUnix } from './repository.ts';

/** Tells what a repository's `.gitignore` files leave out. */
export interface Gitignore {
  /** Paths are absolute and inside the root. */
  ignoresFile(path: string): boolean;
  ignoresFolder(path: string): boolean;
}

/** Reads each `.gitignore` from the root down when it is first needed. A file's own folder wins over those above. */
export function createGitignore(root: string): Gitignore {
  const rules = new Map<string, Ignore | undefined>();
  const folders = new Map<string, boolean>();

  function rulesOf(folder: string): Ignore | undefined {
    if (!rules.has(folder)) {
      const path = join(folder, '.gitignore');
      const bytes = readRegularFile(path, MAX_SETTINGS, { what: `\`${path}\`` });
      rules.set(folder, bytes === undefined ? undefined : ignore().add(bytes.toString('utf8')));
    }
    return rules.get(folder);
  }

  function isNamed(path: string, mark: '' | '/'): boolean {
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      const verdict = rulesOf(folder)?.test(relativeUnix(folder, path) + mark);
      if (verdict?.ignored) return true;
      if (verdict?.unignored || folder === root || folder === dirname(folder)) return false;
    }
  }

  function ignoresFolder(path: string): boolean {
    if (path === root || path === dirname(path)) return false;
    let verdict = folders.get(path);
    if (verdict === undefined) {
      // Nothing in a folder that is left out can be brought back in.
      verdict = ignoresFolder(dirname(path)) || isNamed(path, '/');
      folders.set(path, verdict);
    }
    return verdict;
  }
  return { ignoresFolder, ignoresFile: (path) => ignoresFolder(dirname(path)) || isNamed(path, '') };
}
