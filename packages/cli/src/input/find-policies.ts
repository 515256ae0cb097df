import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { globSync } from 'tinyglobby';
import type { CommandContext } from '../context.ts';
import { CliError } from '../exit-status.ts';
import { describeFileProblem, STDIN } from './read-text.ts';

/** A file to look at. One that was found in a folder only counts when it says that it is what is looked for. */
export interface Candidate {
  readonly path: string;
  readonly named: boolean;
}

/** The files that the command line names, and those with the given endings in the folders that it names. */
export function findFiles(context: CommandContext, paths: readonly string[], pattern: string): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const path of paths) {
    if (path === STDIN || !isFolder(context, path)) {
      found.set(path, { path, named: true });
      continue;
    }
    const names = globSync(pattern, {
      cwd: resolve(context.cwd, path),
      ignore: ['**/node_modules/**', '**/.git/**'],
      onlyFiles: true,
      dot: true,
      followSymbolicLinks: false,
    });
    for (const name of names.sort()) {
      const file = path === '.' ? name : join(path, name);
      if (!found.has(file)) found.set(file, { path: file, named: false });
    }
  }
  return [...found.values()];
}

function isFolder(context: CommandContext, path: string): boolean {
  try {
    return statSync(resolve(context.cwd, path)).isDirectory();
  } catch (failure) {
    throw new CliError(`can't read \`${path}\`: ${describeFileProblem(failure)}`);
  }
}

/** The text looks like an AgentPolicy, also a broken one: what a folder holds besides policies is passed over. */
export function looksLikePolicy(text: string): boolean {
  return (
    /^[ \t{,]*["']?kind["']?[ \t]*:[ \t]*["']?AgentPolicy\b/m.test(text) ||
    /"kind"[ \t]*:[ \t]*"AgentPolicy"/.test(text)
  );
}
