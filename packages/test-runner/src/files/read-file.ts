import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';

/** What went wrong with a file, in words. */
export class FileProblem extends Error {
  override readonly name = 'FileProblem';
}

/** Bytes that a file has to be read in when it does not say how many it has. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Opens a file for reading. A device has no end, and a named pipe makes its reader wait: both are refused, unless
 * `pipes` says that somebody asked for a pipe.
 * @throws FileProblem
 */
export function openFile(path: string, { pipes = false }: { readonly pipes?: boolean } = {}): number {
  try {
    const stats = statSync(path);
    if (pipes && stats.isFIFO()) return openSync(path, 'r');
    requireFile(stats);
    // What took the file's place meanwhile is not waited for either.
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (fstatSync(descriptor).isFile()) return descriptor;
    closeSync(descriptor);
    throw new FileProblem(NO_FILE);
  } catch (cause) {
    throw asFileProblem(cause);
  }
}

/**
 * The text of a file that has at most `limit` bytes; more of it is never read.
 * @throws FileProblem
 */
export function readBoundedText(path: string, limit: number): string {
  const descriptor = openFile(path);
  try {
    const { size } = fstatSync(descriptor);
    const chunks: Buffer[] = [];
    for (let length = 0; length <= limit; ) {
      const chunk = Buffer.allocUnsafe(Math.max(Math.min(size, limit) + 1 - length, CHUNK_BYTES));
      const count = readSync(descriptor, chunk);
      if (count === 0) return Buffer.concat(chunks).toString('utf8');
      chunks.push(chunk.subarray(0, count));
      length += count;
    }
    throw new FileProblem(`it has more than ${limit / 1024 / 1024} MiB`);
  } catch (cause) {
    throw asFileProblem(cause);
  } finally {
    closeSync(descriptor);
  }
}

/** Why this can't be read as a file; null where it can, as far as that is known before it is opened. */
export function describeNoFile(path: string): string | null {
  try {
    requireFile(statSync(path));
    return null;
  } catch (cause) {
    return describeFileProblem(cause);
  }
}

const NO_FILE = 'it is no file, but a pipe or a device';

function requireFile(stats: Stats): void {
  if (stats.isDirectory()) throw new FileProblem('it is a folder');
  if (!stats.isFile()) throw new FileProblem(NO_FILE);
}

function asFileProblem(cause: unknown): FileProblem {
  return cause instanceof FileProblem ? cause : new FileProblem(describeFileProblem(cause));
}

/** What went wrong with a file, in words instead of an error code. */
export function describeFileProblem(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EISDIR':
      return 'it is a folder';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'ENOTDIR':
      return 'a part of its path is not a folder';
    case 'ELOOP':
      return 'it is a link that leads to itself';
    case 'ENAMETOOLONG':
      return 'its name is too long';
    case 'ENOSPC':
      return 'no space is left';
    case 'EROFS':
      return 'the file system can only be read';
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}
