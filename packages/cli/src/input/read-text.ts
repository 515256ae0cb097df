import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CommandContext } from '../context.ts';
import { CliError } from '../exit-status.ts';

/** How a file is named on the command line when it is standard input. */
export const STDIN = '-';

/** Reads a file's bytes, or standard input's for `-`. A file that can't be read is a usage error that says why. */
export async function readBytes(context: CommandContext, path: string): Promise<Buffer> {
  if (path === STDIN) return readStdin(context);
  try {
    return readFileSync(resolve(context.cwd, path));
  } catch (failure) {
    throw new CliError(`can't read \`${path}\`: ${describeFileProblem(failure)}`);
  }
}

async function readStdin(context: CommandContext): Promise<Buffer> {
  if (context.stdin.isTTY) {
    throw new CliError('`-` reads standard input, which is the terminal', 'pipe a file into the command');
  }
  const chunks: Buffer[] = [];
  for await (const chunk of context.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
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
