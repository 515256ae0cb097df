import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** The folder with `.git` that a folder is in (itself or around it); undefined outside a repository. */
export function findRepositoryRoot(folder: string): string | undefined {
  for (let current = folder; ; ) {
    // A worktree and a submodule have a file of that name.
    if (existsSync(join(current, '.git'))) return current;
    const parent = dirname(current);
    if (parent === current) return undefined;
    current = parent;
  }
}

/** A path as URIs and globs have it: slashes, relative to a folder. */
export function relativeUnix(from: string, path: string): string {
  return relative(from, path).split(sep).join('/');
}
