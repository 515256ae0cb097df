import { closeSync, constants, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { errorCode } from '../../errors/describe-cause.ts';
import { ProxyError } from '../../errors/proxy-error.ts';

export interface Lock {
  release(): void;
}

/** The file that says who writes an audit log. */
export function lockPath(path: string): string {
  return `${path}.lock`;
}

/**
 * Two writers would tear a chain: a log has one. A lock whose owner is gone is taken over. Where no lock can
 * be made (the directory can't be written to), the writer still notices when somebody else writes.
 * @throws ProxyError `audit-file` where a running process has the log.
 */
export function takeLock(path: string): Lock {
  const lock = lockPath(path);
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const me = describeProcess(process.pid);
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const descriptor = openSync(lock, O_WRONLY | O_CREAT | O_EXCL | (O_NOFOLLOW ?? 0), 0o600);
      writeSync(descriptor, me);
      closeSync(descriptor);
      return { release: () => releaseIfOwn(lock, me) };
    } catch (cause) {
      if (errorCode(cause) !== 'EEXIST') return { release: () => undefined };
      const owner = readOwner(lock);
      if (owner !== null && isRunning(owner)) {
        throw new ProxyError(
          'audit-file',
          `the audit log ${path} is being written by process ${Number.parseInt(owner, 10)}; give each proxy a log of its own ` +
            `(\`aip audit merge\` shows them as one). If no such proxy runs, remove ${lock}`,
        );
      }
      rmSync(lock, { force: true });
    }
  }
  throw new ProxyError('audit-file', `the audit log ${path} is being opened by another process`);
}

function releaseIfOwn(lock: string, me: string): void {
  if (readOwner(lock) === me) rmSync(lock, { force: true });
}

function readOwner(lock: string): string | null {
  try {
    return readFileSync(lock, 'utf8');
  } catch {
    return null;
  }
}

/** The process' id and, where the system tells, when it started: ids are used again. */
function describeProcess(pid: number): string {
  return `${pid} ${readStartTime(pid) ?? '-'}\n`;
}

function isRunning(owner: string): boolean {
  const [word = ''] = owner.split(' ');
  const pid = Number(word);
  // What is half written belongs to somebody who is about to write the rest, or who was killed: it can't be told.
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (cause) {
    if (errorCode(cause) === 'ESRCH') return false;
  }
  return owner.endsWith(' -\n') || describeProcess(pid) === owner;
}

/** Clock ticks between the system's start and the process', from /proc. */
function readStartTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
