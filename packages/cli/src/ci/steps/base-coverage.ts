import { mkdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { CommandContext } from '../../context.ts';
import { runGit } from '../../diff/git/run-git.ts';
import { CliError } from '../../exit-status.ts';
import { findRepositoryRoot } from '../../files/repository.ts';
import { type Coverage, testStep } from './test-step.ts';

/**
 * What the tests showed of the policies as of a commit; null where that can't be told, which is no failure: a test
 * that did not run then says nothing about now.
 */
export async function measureBaseCoverage(
  context: CommandContext,
  commit: string,
  tests: readonly string[],
  folder: string,
): Promise<Coverage | null> {
  const tree = join(folder, 'base');
  if (!writeTree(context, commit, tree)) return null;
  const root = findRepositoryRoot(context.cwd) ?? context.cwd;
  const moved = tests.map((path) => join(tree, relative(root, resolve(context.cwd, path))));
  const reports = join(folder, 'base-reports');
  mkdirSync(reports);
  // Without its environment nothing of it becomes a part of the job's summary.
  const silent = { ...context, environment: {}, write: ignore, print: ignore, warn: ignore };
  try {
    const options = { tests: moved, coverage: true, coverageThreshold: undefined, folder: reports };
    return (await testStep(silent, options)).coverage;
  } catch (failure) {
    if (failure instanceof CliError) return null;
    throw failure;
  }
}

function ignore(): void {
  // What the tests of another commit print is not this run's.
}

/** Writes all files of a commit into a folder, with an index of its own: the repository stays as it is. */
function writeTree({ cwd }: CommandContext, commit: string, tree: string): boolean {
  const root = findRepositoryRoot(cwd) ?? cwd;
  const environment = { GIT_INDEX_FILE: `${tree}.index` };
  mkdirSync(tree);
  return (
    runGit(root, ['read-tree', commit], { environment }).ok &&
    runGit(root, ['checkout-index', '--all', `--prefix=${tree}/`], { environment }).ok
  );
}
