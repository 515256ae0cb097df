import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CommandContext } from '../../context.ts';
import { CliError } from '../../exit-status.ts';
import { describeFileProblem } from '../../input/read-text.ts';

/** A file that fixes change. */
export interface FixedFile {
  /** As the user named it; `-` for standard input. */
  readonly path: string;
  /** What reports call it. */
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** Where a fixed text goes. */
export type KeepFixed = (fixed: FixedFile) => void;

/**
 * Puts fixed texts into their files.
 * @throws CliError where a file can't be written
 */
export function createFileWriter(context: CommandContext): KeepFixed {
  return ({ path, after }) => {
    try {
      writeFileSync(resolve(context.cwd, path), after);
    } catch (failure) {
      throw new CliError(`can't write the fixed \`${path}\`: ${describeFileProblem(failure)}`);
    }
  };
}
