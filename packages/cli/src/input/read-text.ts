import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CommandContext } from '../context.ts';
import { CliError } from '../exit-status.ts';

/** How a file is named on the command line when it is standard input. */
export const STDIN = '-';

/** 256 MiB: more than anything that is read whole has. A device without end, or a mistake, must not fill the memory. */
const MAX_INPUT = 256 * 1024 * 1024;

/** How much is read at a time from what does not say its size. */
const STEP = 64 * 1024;

/**
 * Reads a file's bytes, or standard input's for `-`, at most 256 MiB. A file that can't be read is a usage error that
 * says why.
 */
export async function readBytes(context: CommandContext, path: string): Promise<Buffer> {
  if (path === STDIN) return readStdin(context);
  try {
    return readWhole(resolve(context.cwd, path));
  } catch (failure) {
    throw new CliError(`can't read \`${path}\`: ${describeFileProblem(failure)}`);
  }
}

function readWhole(path: string): Buffer {
  const descriptor = openSync(path, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const chunks: Buffer[] = [];
    for (let length = 0; length <= MAX_INPUT; ) {
      // A file is mostly read at once; the next read finds its end.
      const chunk = Buffer.allocUnsafe(length === 0 ? Math.min(size, MAX_INPUT) + STEP : STEP);
      const count = readSync(descriptor, chunk, 0, chunk.length, null);
      if (count === 0) return Buffer.concat(chunks, length);
      chunks.push(chunk.subarray(0, count));
      length += count;
    }
  } finally {
    closeSync(descriptor);
  }
  throw tooLarge();
}

function tooLarge(): Error {
  return new Error(`it has more than ${MAX_INPUT} bytes`);
}

/** Bytes of a policy or a table: far more than any has. */
const MAX_POLICY = 64 * 1024 * 1024;

/**
 * Reads a policy's bytes for a proxy, which must never wait for another process: only a file, of a size that a policy
 * can have. A command that ends may read a policy from a named pipe, as shells make them for `<(…)`: readBytes.
 */
export function readPolicyFile(context: CommandContext, path: string): Buffer {
  try {
    const bytes = readHead(resolve(context.cwd, path), MAX_POLICY + 1);
    if (bytes.length <= MAX_POLICY) return bytes;
  } catch (failure) {
    throw new CliError(`can't read \`${path}\`: ${describeFileProblem(failure)}`);
  }
  throw new CliError(`can't read \`${path}\`: it has more than ${MAX_POLICY} bytes, which no policy has`);
}

/**
 * The first bytes of a file, at most `limit`. What is no file (a named pipe, a device) is refused and not waited for.
 * @throws Error of the file system, or one that says what the file is not.
 */
export function readHead(path: string, limit: number): Buffer {
  // Without O_NONBLOCK to open a named pipe is to wait for its writer; Windows has neither.
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const status = fstatSync(descriptor);
    if (status.isDirectory()) throw new Error('it is a folder');
    if (!status.isFile()) throw new Error('it is no file, but a pipe or a device');
    const bytes = Buffer.alloc(Math.min(limit, status.size));
    let length = 0;
    while (length < bytes.length) {
      const count = readSync(descriptor, bytes, length, bytes.length - length, null);
      if (count === 0) break;
      length += count;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

async function readStdin(context: CommandContext): Promise<Buffer> {
  if (context.stdin.isTTY) {
    throw new CliError('`-` reads standard input, which is the terminal', 'pipe a file into the command');
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of context.stdin) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > MAX_INPUT) throw new CliError(`can't read standard input: ${tooLarge().message}`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks, length);
}

/** What went wrong with a file, in words instead of an error code. */
export function describeFileProblem(failure: unknown): string {
  const code = failure instanceof Error && 'code' in failure ? failure.code : undefined;
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
    case 'ENOSPC':
      return 'no space is left';
    default:
      return failure instanceof Error ? failure.message : String(failure);
  }
}
