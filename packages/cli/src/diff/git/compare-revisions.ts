import type { CommandContext } from '../../context.ts';
import { CliError } from '../../exit-status.ts';
import { type ComparedPolicy, loadComparedBytes } from '../compared-policy.ts';
import { type Comparison, compare, type Unread } from '../comparison.ts';
import { type FilePair, pairFiles } from './pair-files.ts';
import { readRevision, type UnreadEntry } from './read-revision.ts';
import type { RevisionFile } from './revision-file.ts';
import type { Revision, RevisionRange } from './revisions.ts';

/** Compares every policy of two revisions; none where neither has one. */
export async function compareRevisions(
  context: CommandContext,
  range: RevisionRange,
  paths: readonly string[],
): Promise<readonly Comparison[]> {
  const before = readRevision(context, range.old, paths);
  const after = readRevision(context, range.next, paths);
  for (const path of paths)
    if (!before.found.has(path) && !after.found.has(path))
      context.warn(`aip: neither ${range.old.name} nor ${range.next.name} has anything in ${path}`);
  const comparisons: Comparison[] = [];
  for (const pair of pairFiles(before.files, after.files))
    comparisons.push(...(await comparePair(context, range, pair)));
  return [...comparisons, ...listUnread(before.unread, after.unread)];
}

async function comparePair(
  context: CommandContext,
  range: RevisionRange,
  { old, next }: FilePair,
): Promise<readonly Comparison[]> {
  if (old !== null && next !== null) {
    if (old.blob === next.blob)
      return [{ kind: 'same', old: old.path, next: next.path, change: 'unchanged' }];
    if (isComparedElsewhere(old, next)) return [];
  }
  const after = next === null ? null : await load(context, next, range.next);
  if (old === null)
    return after === null ? [] : [{ kind: 'added', next: inTree(after, next), change: 'widened' }];
  let before: ComparedPolicy;
  try {
    before = await load(context, old, range.old);
  } catch (failure) {
    // What was broken before must not keep anybody from repairing it.
    if (failure instanceof CliError) return [describeBroken(old, next, failure)];
    throw failure;
  }
  return after === null
    ? [{ kind: 'deleted', old: before, change: 'widened' }]
    : [compare(context, before, inTree(after, next))];
}

/** The same link to a file that is compared under its own name. */
function isComparedElsewhere(old: RevisionFile, next: RevisionFile): boolean {
  return old.alias?.isListed === true && next.alias?.isListed === true && old.alias.link === next.alias.link;
}

/** Annotations point to the newer side's file in the working tree. */
function inTree(policy: ComparedPolicy, file: RevisionFile | null): ComparedPolicy {
  return { ...policy, file: file?.embedding?.file ?? file?.path ?? null };
}

function describeBroken(old: RevisionFile, next: RevisionFile | null, failure: CliError): Unread {
  const { path } = next ?? old;
  return {
    kind: 'unread',
    path,
    label: path,
    file: next === null ? null : (next.embedding?.file ?? path),
    why: `there is nothing to compare it with: ${failure.message}`,
    contents: [old.blob, next?.blob ?? null],
    change: 'unknown',
  };
}

/** What can't be read and is the same on both sides makes no difference. */
function listUnread(old: readonly UnreadEntry[], next: readonly UnreadEntry[]): readonly Unread[] {
  const before = new Map(old.map((entry) => [entry.path, entry]));
  const after = new Map(next.map((entry) => [entry.path, entry]));
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((path): Unread[] => {
    const from = before.get(path);
    const to = after.get(path);
    if (from?.blob === to?.blob) return [];
    const why = to?.why ?? `it is gone; before, ${from?.why ?? ''}`;
    const contents = [from?.blob ?? null, to?.blob ?? null] as const;
    const file = to === undefined ? null : path;
    return [{ kind: 'unread', path, label: path, file, why, contents, change: 'unknown' }];
  });
}

async function load(
  context: CommandContext,
  { path, bytes, embedding }: RevisionFile,
  revision: Revision,
): Promise<ComparedPolicy> {
  try {
    const loaded = await loadComparedBytes(context, path, bytes);
    const shift = embedding === undefined ? {} : { shift: embedding.shift };
    return { ...loaded, label: `${revision.name}:${path}`, ...shift };
  } catch (failure) {
    if (failure instanceof CliError)
      throw new CliError(`${failure.message} (as of \`${revision.name}\`)`, failure.help, failure.status);
    throw failure;
  }
}
