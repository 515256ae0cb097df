import { readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** More folders than this are not watched: what changes in the others is found by looking. */
const MAX_FOLDERS = 4000;

export interface ListedFolders {
  readonly folders: ReadonlySet<string>;
  /** False where there are too many folders to watch. */
  readonly isComplete: boolean;
}

/** Files, and what stands behind those that are links. */
export function followLinks(files: readonly string[]): ReadonlySet<string> {
  return new Set(files.flatMap((file) => [file, attempt(() => realpathSync(file)) ?? file]));
}

/**
 * The folders in which a change may matter: those where tests are searched, as the search goes, and those of
 * the files that tests read.
 */
export function listFolders(paths: readonly string[], files: Iterable<string>): ListedFolders {
  const folders = new Set<string>();
  for (const file of files) folders.add(dirname(file));
  for (const path of paths) collect(resolve(path), folders);
  return { folders, isComplete: folders.size < MAX_FOLDERS };
}

function collect(path: string, folders: Set<string>): void {
  if (folders.size >= MAX_FOLDERS) return;
  const isFolder = attempt(() => statSync(path).isDirectory());
  if (isFolder !== true) return;
  folders.add(path);
  for (const entry of attempt(() => readdirSync(path, { withFileTypes: true })) ?? [])
    if (entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
      collect(join(path, entry.name), folders);
}

/** Null where the file system refuses: what is gone can't be watched. */
function attempt<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}
