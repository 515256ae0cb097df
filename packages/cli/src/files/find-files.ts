import { type Stats, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { globSync } from 'tinyglobby';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT } from '../exit-status.ts';
import { describeFileProblem, STDIN } from '../input/read-text.ts';
import { createGitignore } from './gitignore.ts';
import { findRepositoryRoot } from './repository.ts';

/** A file to look at. One that was found in a folder only counts when it says that it is what is looked for. */
export interface Candidate {
  readonly path: string;
  readonly named: boolean;
}

/**
 * The files that the command line names, and those with the given endings in the folders and globs that it names,
 * without what the repository's `.gitignore` leaves out.
 * @throws CliError for a path that does not exist
 */
export function findFiles(context: CommandContext, paths: readonly string[], pattern: string): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const path of paths) {
    for (const candidate of findPath(context, path, pattern)) {
      // What is named stays named, although a folder that is named too has it.
      if (!found.get(candidate.path)?.named) found.set(candidate.path, candidate);
    }
  }
  return [...found.values()];
}

function findPath(context: CommandContext, path: string, pattern: string): readonly Candidate[] {
  if (path === STDIN) return [{ path, named: true }];
  const stats = readStats(context, path);
  if (stats === undefined) return findGlob(context, path);
  if (!stats.isDirectory()) return [{ path, named: true }];
  const folder = resolve(context.cwd, path);
  const names = search(folder, pattern, findRepositoryRoot(folder));
  return names.map((name) => ({ path: path === '.' ? name : join(path, name), named: false }));
}

/** Undefined for a glob; a file may have a name that looks like one. */
function readStats(context: CommandContext, path: string): Stats | undefined {
  try {
    return statSync(resolve(context.cwd, path));
  } catch (failure) {
    if (/[*?[{]/.test(path)) return undefined;
    throw new CliError(`can't read \`${path}\`: ${describeFileProblem(failure)}`);
  }
}

function findGlob(context: CommandContext, glob: string): readonly Candidate[] {
  const names = search(context.cwd, glob, findRepositoryRoot(context.cwd));
  if (names.length === 0) {
    throw new CliError(`no file matches \`${glob}\``, 'files in `.gitignore` do not count', EXIT.nothing);
  }
  return names.map((path) => ({ path, named: false }));
}

function search(folder: string, pattern: string, root: string | undefined): readonly string[] {
  const names = globSync(pattern, {
    cwd: folder,
    ignore: ['**/node_modules/**', '**/.git/**'],
    onlyFiles: true,
    dot: true,
    followSymbolicLinks: false,
    expandDirectories: false,
  }).sort();
  if (root === undefined) return names;
  const above = createGitignore(root);
  // A folder that is left out and named nevertheless is searched by its own rules.
  const gitignore = above.ignoresFolder(folder) ? createGitignore(folder) : above;
  return names.filter((name) => !gitignore.ignoresFile(resolve(folder, name)));
}
