import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { CliError } from '../exit-status.ts';
import { describeFileProblem } from '../input/read-text.ts';

/** 1 MiB: far more than a file of settings has. */
export const MAX_SETTINGS = 1_048_576;

/** 64 MiB: for what programs write, such as reports, lists of tools and events. */
export const MAX_GENERATED = 67_108_864;

/** What a file is called in a failure, and what to do about it. */
export interface FileNames {
  /** For example "the baseline `x.json`". */
  readonly what: string;
  readonly help?: string;
}

/**
 * Reads a file that is none of a user's own choice, such as one that a repository has under a known name: a symbolic link
 * to a device, or a named pipe, would keep the command waiting, or fill its memory. Nothing is waited for.
 * @param limit in bytes; what has more is not read
 * @returns undefined where there is no such file
 * @throws CliError for what is no regular file, is too large or can't be read
 */
export function readRegularFile(path: string, limit: number, { what, help }: FileNames): Buffer | undefined {
  try {
    return readAll(path, limit);
  } catch (failure) {
    if (failure instanceof Error && 'code' in failure && failure.code === 'ENOENT') return undefined;
    throw new CliError(`can't read ${what}: ${describeFileProblem(failure)}`, help);
  }
}

/**
 * As `readRegularFile`, as UTF-8; a file that is not there is a failure.
 * @throws CliError also for what is no UTF-8
 */
export function readRegularText(path: string, limit: number, names: FileNames): string {
  const bytes = readRegularFile(path, limit, names);
  if (bytes === undefined) throw new CliError(`can't read ${names.what}: there is no such file`, names.help);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new CliError(`can't read ${names.what}: it is not UTF-8`, names.help);
  }
}

function readAll(path: string, limit: number): Buffer {
  // Without O_NONBLOCK, to open a named pipe is to wait for its writer; Windows has no such flag.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const status = fstatSync(file);
    if (status.isDirectory()) throw new Error('it is a folder');
    if (!status.isFile()) throw new Error('it is no regular file, but a pipe or a device');
    if (status.size > limit) throw new Error(`it is larger than ${limit} bytes`);
    // One byte more, since some files of a system say that they are empty, and others grow.
    const bytes = Buffer.alloc(status.size === 0 ? Math.min(limit, MAX_SETTINGS) + 1 : status.size + 1);
    let length = 0;
    for (;;) {
      const count = readSync(file, bytes, length, bytes.length - length, null);
      length += count;
      if (count === 0 || length === bytes.length) break;
    }
    if (length > limit) throw new Error(`it is larger than ${limit} bytes`);
    if (length === bytes.length) throw new Error('it grows while it is read');
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}
