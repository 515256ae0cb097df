import { lstatSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';

/** The path where consoles listen: in the user's folder for sockets, or in the home folder. Null on Windows. */
export function approvalSocketPath(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
  platform: NodeJS.Platform,
): string | null {
  if (platform === 'win32') return null;
  const runtime = env.XDG_RUNTIME_DIR ?? '';
  return runtime.startsWith('/')
    ? join(runtime, 'aip', 'approvals.sock')
    : join(home, '.aip', 'approvals.sock');
}

/** Why somebody else than this user might answer at the path; null where nobody can. */
export function findForeignAccess(path: string): string | null {
  const folder = dirname(path);
  const stat = tryStat(folder);
  if (stat === null) return `${folder} does not exist`;
  if (!stat.isDirectory()) return `${folder} is not a directory`;
  if (stat.uid !== process.getuid?.()) return `${folder} belongs to somebody else`;
  if ((stat.mode & 0o077) !== 0) return `${folder} is open to others; run: chmod 700 ${folder}`;
  return null;
}

/** Whether a socket of this user's stands at the path. */
export function isOwnSocket(path: string): boolean {
  const stat = tryStat(path);
  return stat?.isSocket() === true && stat.uid === process.getuid?.();
}

function tryStat(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
}
