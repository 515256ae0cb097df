import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { CliError } from '../exit-status.ts';
import { describeFileProblem } from '../input/read-text.ts';

const PRIVATE_FOLDER = 0o700;

/**
 * Writes a file at once: who reads it meanwhile sees the old text or the new one. It keeps its mode, since a
 * client's configuration may hold secrets.
 */
export function replaceFile(path: string, text: string): void {
  const next = `${path}.aip-new`;
  try {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode;
    writeFileSync(next, text, { flag: 'wx', ...(mode === undefined ? {} : { mode: mode & 0o777 }) });
    // A new file's mode is cut by what the process masks.
    if (mode !== undefined) chmodSync(next, mode & 0o777);
    renameSync(next, path);
  } catch (failure) {
    if (isTaken(failure))
      throw new CliError(
        `\`${next}\` is in the way: another aip is at work, or one was killed`,
        'remove it, and run this again',
      );
    rmSync(next, { force: true });
    throw new CliError(`can't write \`${path}\`: ${describeFileProblem(failure)}`);
  }
}

/** Copies a file beside itself, under a name that nothing has yet. A copy that is the same is taken for it. */
export function backUp(path: string, text: string): string {
  try {
    for (let number = 1; ; number++) {
      const backup = `${path}.aip-backup${number === 1 ? '' : `-${number}`}`;
      if (!existsSync(backup)) {
        writeFileSync(backup, text, { flag: 'wx', mode: statSync(path).mode & 0o777 });
        return backup;
      }
      if (readFileSync(backup, 'utf8') === text) return backup;
    }
  } catch (failure) {
    throw new CliError(`can't back up \`${path}\`: ${describeFileProblem(failure)}`, 'nothing was changed');
  }
}

/** Makes the folder of a file where there is none. */
export function makeFolderOf(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
  } catch (failure) {
    throw new CliError(`can't make the folder of \`${path}\`: ${describeFileProblem(failure)}`);
  }
}

/** Writes a new policy; false where there is one already. */
export function addPolicy(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (failure) {
    if (isTaken(failure)) return false;
    throw new CliError(`can't write \`${path}\`: ${describeFileProblem(failure)}`);
  }
}

function isTaken(failure: unknown): boolean {
  return failure instanceof Error && 'code' in failure && failure.code === 'EEXIST';
}
