import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { CommandContext } from '../../context.ts';
import { CliError } from '../../exit-status.ts';
import { type ComparedPolicy, loadCompared } from '../compared-policy.ts';
import { type Comparison, compare } from '../comparison.ts';
import { pairFiles } from './pair-files.ts';
import { type RevisionFile, readRevision } from './read-revision.ts';
import type { Revision, RevisionRange } from './revisions.ts';

/** Compares every policy of two revisions; none where neither has one. */
export async function compareRevisions(
  context: CommandContext,
  { old, next }: RevisionRange,
  paths: readonly string[],
): Promise<readonly Comparison[]> {
  const pairs = pairFiles(readRevision(context, old, paths), readRevision(context, next, paths));
  const folder = mkdtempSync(join(tmpdir(), 'aip-diff-'));
  try {
    const comparisons: Comparison[] = [];
    for (const pair of pairs) {
      if (pair.old !== null && pair.old.blob === pair.next?.blob) {
        comparisons.push({ kind: 'same', old: pair.old.path, next: pair.next.path, change: 'unchanged' });
        continue;
      }
      const load = async (
        file: RevisionFile | null,
        revision: Revision,
        side: string,
      ): Promise<ComparedPolicy | null> =>
        file === null
          ? null
          : loadFrom(context, join(folder, `${comparisons.length}-${side}`), file, revision);
      const before = await load(pair.old, old, 'old');
      const after = await load(pair.next, next, 'new');
      if (before !== null && after !== null)
        comparisons.push(compare(context, before, { ...after, file: after.path }));
      else if (after !== null)
        comparisons.push({ kind: 'added', next: { ...after, file: after.path }, change: 'widened' });
      else if (before !== null) comparisons.push({ kind: 'deleted', old: before, change: 'widened' });
    }
    return comparisons;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The loader reads files; each gets a folder of its own, so that no two names meet on any file system. */
async function loadFrom(
  context: CommandContext,
  folder: string,
  { path, bytes }: RevisionFile,
  revision: Revision,
): Promise<ComparedPolicy> {
  if (path.split(/[/\\]/).some((segment) => segment === '..' || segment === ''))
    throw new CliError(`\`${path}\` of \`${revision.name}\` is no path within the repository`);
  const target = join(folder, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, bytes);
  const said = { ...context, cwd: folder };
  try {
    return { ...(await loadCompared(said, path)), label: `${revision.name}:${path}`, file: null };
  } catch (failure) {
    if (failure instanceof CliError)
      throw new CliError(`${failure.message} (as of \`${revision.name}\`)`, failure.help, failure.status);
    throw failure;
  }
}
