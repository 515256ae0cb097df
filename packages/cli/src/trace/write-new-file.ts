import { writeFileSync } from 'node:fs';
import { CliError } from '../exit-status.ts';
import { describeFileProblem } from '../input/read-text.ts';

/** Writes a file that does not exist yet; `mode` is that of the file system. */
export function writeNewFile(path: string, text: string, mode: number): void {
  try {
    writeFileSync(path, text, { flag: 'wx', mode });
  } catch (failure) {
    const exists = failure instanceof Error && 'code' in failure && failure.code === 'EEXIST';
    const why = exists ? 'it exists; give another name' : describeFileProblem(failure);
    throw new CliError(`can't write \`${path}\`: ${why}`);
  }
}
