import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestRunnerError } from '../errors/test-runner-error.ts';
import { MAX_YAML_BYTES } from '../yaml/read-yaml.ts';
import { describeFileProblem, describeNoFile, readBoundedText } from './read-file.ts';

/**
 * The files that are named, and those below named folders whose names end as wanted, each once and in the
 * order of the paths; inside a folder by name. What is found in a folder may be no file: who reads it tells.
 * @throws TestRunnerError `not-found` or `not-readable`.
 */
export function findFiles(paths: readonly string[], endings: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const path of paths) {
    if (!existsSync(path)) throw new TestRunnerError('not-found', `\`${path}\` does not exist`);
    if (statSync(path).isDirectory()) {
      collect(path, endings, found);
      continue;
    }
    const problem = describeNoFile(path);
    if (problem !== null) throw new TestRunnerError('not-readable', `\`${path}\` can't be read: ${problem}`);
    found.add(path);
  }
  return [...found];
}

function collect(folder: string, endings: readonly string[], found: Set<string>): void {
  let entries: ReturnType<typeof list>;
  try {
    entries = list(folder);
  } catch (cause) {
    throw notReadable(folder, cause);
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

/**
 * The text of a file that a person wrote in YAML.
 * @throws TestRunnerError `not-readable`, also for a file that is larger than such a file may be.
 */
export function readTextFile(path: string): string {
  try {
    return readBoundedText(path, MAX_YAML_BYTES);
  } catch (cause) {
    throw notReadable(path, cause);
  }
}

/**
 * Writes a file's text.
 * @throws TestRunnerError `not-writable`.
 */
export function writeTextFile(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw new TestRunnerError('not-writable', `\`${path}\` can't be written: ${describeFileProblem(cause)}`);
  }
}

/** What is thrown where the file system refuses a path. */
export function notReadable(path: string, cause: unknown): TestRunnerError {
  return new TestRunnerError('not-readable', `\`${path}\` can't be read: ${describeFileProblem(cause)}`);
}
