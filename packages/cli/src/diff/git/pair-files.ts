import type { RevisionFile } from './revision-file.ts';

/** A policy of one revision and what it is in the other. */
export interface FilePair {
  readonly old: RevisionFile | null;
  readonly next: RevisionFile | null;
}

/**
 * Pairs by path. What is left is paired by the policy's name where only one file on each side has it: then the
 * file was renamed.
 */
export function pairFiles(old: readonly RevisionFile[], next: readonly RevisionFile[]): readonly FilePair[] {
  const before = new Map(old.map((file) => [file.path, file]));
  const after = new Map(next.map((file) => [file.path, file]));
  const gone = old.filter(({ path }) => !after.has(path));
  const fresh = next.filter(({ path }) => !before.has(path));
  const renamed = new Map<RevisionFile, RevisionFile>();
  for (const file of fresh) {
    const source = only(gone, file.policyName);
    if (source !== undefined && only(fresh, file.policyName) === file) renamed.set(file, source);
  }
  const taken = new Set(renamed.values());
  const pairs: FilePair[] = [
    ...next.map((file) => ({ old: before.get(file.path) ?? renamed.get(file) ?? null, next: file })),
    ...gone.filter((file) => !taken.has(file)).map((file) => ({ old: file, next: null })),
  ];
  const pathOf = ({ old: from, next: to }: FilePair): string => (to ?? from)?.path ?? '';
  return pairs.sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1));
}

function only(files: readonly RevisionFile[], name: string | null): RevisionFile | undefined {
  const found = name === null ? [] : files.filter(({ policyName }) => policyName === name);
  return found.length === 1 ? found[0] : undefined;
}
