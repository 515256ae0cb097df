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
  const base = findMergeBase(context, old, next);
  return { old: { name: shorten(base), commit: base }, next };
}

/** What two commits branched off from. */
function findMergeBase(context: CommandContext, old: Revision, next: Revision): string {
  const found = runGit(context.cwd, ['merge-base', '--all', old.commit, next.commit]);
  const [base, ...others] = found.bytes.toString('utf8').split('\n').filter(Boolean);
  if (!found.ok || base === undefined)
    throw new CliError(
      `\`${old.name}\` and \`${next.name}\` have no common ancestor here`,
      describeRemedy(context) ?? 'compare them with two dots: A..B',
    );
  if (others.length > 0)
    context.warn(
      `aip: ${old.name} and ${next.name} have ${others.length + 1} best common ancestors; compared with ${shorten(base)}`,
      '  help: name the older side yourself, with two dots: A..B',
    );
  return base;
}

/** What to do where a commit is missing: a clone may be without the older history. Undefined where it is not. */
function describeRemedy({ cwd }: CommandContext): string | undefined {
  const shallow = runGit(cwd, ['rev-parse', '--is-shallow-repository']);
  return shallow.ok && shallow.bytes.toString('utf8').trim() === 'true'
    ? 'this clone is shallow: run git fetch --deepen=100 (or --unshallow), and fetch the base branch'
    : undefined;
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
      describeRemedy(context) ?? 'fetch it first, or check its spelling',
    );
  }
  return { name: shorten(name), commit: found.bytes.toString('utf8').trim() };
}

/** A commit's whole name is for programs. */
function shorten(name: string): string {
  return /^[0-9a-f]{40,}$/.test(name) ? name.slice(0, SHORT) : name;
}

const SHORT = 12;
