import { isAbsolute, posix } from 'node:path';
import type { CommandContext } from '../../context.ts';
import { CliError } from '../../exit-status.ts';
import { relativeUnix } from '../../files/repository.ts';
import type { Revision } from './revisions.ts';
import { runGit } from './run-git.ts';

/** Something that a revision has below the paths and that may hold a policy. */
export interface Entry {
  readonly kind: 'file' | 'link' | 'submodule';
  /** Relative to the working folder. */
  readonly path: string;
  /** Git's name of the content; of a submodule, its commit. */
  readonly blob: string;
  /** Whether the paths name it, and not only a folder around it. */
  readonly isNamed: boolean;
}

/**
 * Lists what may hold a policy: files by their ending, files that are named themselves whatever they are called,
 * symbolic links and submodules.
 * @throws CliError where git can't list them.
 */
export function listEntries(
  context: CommandContext,
  revision: Revision,
  paths: readonly string[],
): { readonly entries: readonly Entry[]; readonly found: ReadonlySet<string> } {
  const listed = runGit(context.cwd, ['ls-tree', '-r', '-z', revision.commit, '--', ...paths]);
  if (!listed.ok) throw new CliError(`can't list the files of \`${revision.name}\`: ${listed.problem}`);
  const prefix = runGit(context.cwd, ['rev-parse', '--show-prefix']).bytes.toString('utf8').trim();
  const inTree = (path: string): string => posix.resolve(`/${prefix}`, path);
  const places = paths.map((wanted) => {
    const inside = isAbsolute(wanted) ? relativeUnix(context.cwd, wanted) : wanted;
    return { wanted, place: inTree(inside) };
  });
  const found = new Set<string>();
  const entries = listed.bytes
    .toString('utf8')
    .split('\0')
    .flatMap((line): Entry[] => {
      const [, mode, blob, path] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      if (mode === undefined || blob === undefined || path === undefined) return [];
      let isNamed = false;
      const own = inTree(path);
      for (const { wanted, place } of places) {
        if (place === own) isNamed = true;
        if (place === own || place === '/' || own.startsWith(`${place}/`)) found.add(wanted);
      }
      const kind = KINDS[mode] ?? 'file';
      const counts = kind !== 'file' || isNamed || /\.(?:ya?ml|json)$/i.test(path);
      return counts ? [{ kind, path, blob, isNamed }] : [];
    });
  return { entries, found };
}

const KINDS: Readonly<Record<string, Entry['kind']>> = { '120000': 'link', '160000': 'submodule' };
