import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CommandContext } from '../../context.ts';
import { CliError } from '../../exit-status.ts';
import { runGit } from './run-git.ts';

/** Two commits to compare. */
export interface RevisionRange {
  readonly old: Revision;
  readonly next: Revision;
}

export interface Revision {
  /** As the user names it. */
  readonly name: string;
  readonly commit: string;
}

/** Whether the first operand names revisions, `A..B` or `A...B`; a file of that name comes first. */
export function isRange(context: CommandContext, operand: string): boolean {
  return /^[^.].*\.\./s.test(operand) && !existsSync(resolve(context.cwd, operand));
}

/**
 * Looks the two revisions up. `A...B` compares B with what it branched off A from; without B it is HEAD.
 * @throws CliError where this is no repository, or has no such commit.
 */
export function readRange(context: CommandContext, operand: string): RevisionRange {
  const at = operand.indexOf('..');
  const isSymmetric = operand.startsWith('...', at);
  const old = findCommit(context, operand.slice(0, at));
  const next = findCommit(context, operand.slice(at + (isSymmetric ? 3 : 2)) || 'HEAD');
  if (!isSymmetric) return { old, next };
  const base = runGit(context.cwd, ['merge-base', old.commit, next.commit]);
  if (!base.ok) {
    throw new CliError(
      `\`${old.name}\` and \`${next.name}\` have no common ancestor here`,
      'in a shallow clone, fetch more of the history',
    );
  }
  const commit = base.bytes.toString('utf8').trim();
  return { old: { name: commit.slice(0, 12), commit }, next };
}

function findCommit(context: CommandContext, name: string): Revision {
  // What begins with a dash would be an option of git's.
  const found = name.startsWith('-')
    ? undefined
    : runGit(context.cwd, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
  if (found?.ok !== true) {
    const reason = found === undefined || found.problem === '' ? '' : `: ${found.problem}`;
    throw new CliError(
      `there is neither a file nor a revision \`${name}\`${reason}`,
      'in a shallow clone, fetch the revision first',
    );
  }
  return { name, commit: found.bytes.toString('utf8').trim() };
}
