import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { TestRunnerError } from '../errors/test-runner-error.ts';

/**
 * The files that are named, and those below named folders whose names end as wanted, each once and in the
 * order of the paths; inside a folder by name.
 * @throws TestRunnerError `not-found` or `not-readable`.
 */
export function findFiles(paths: readonly string[], endings: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const path of paths) {
    if (!existsSync(path)) throw new TestRunnerError('not-found', `\`${path}\` does not exist`);
    if (statSync(path).isDirectory()) collect(path, endings, found);
    else found.add(path);
  }
  return [...found];
}

function collect(folder: string, endings: readonly string[], found: Set<string>): void {
  let entries: ReturnType<typeof list>;
  try {
    entries = list(folder);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new TestRunnerError('not-readable', `\`${folder}\` can't be read: ${detail}`);
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules' && !entry.name.startsWith('.')) collect(path, endings, found);
    } else if (endings.some((ending) => entry.name.endsWith(ending))) found.add(path);
  }
}

function list(folder: string) {
  return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
}
