import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { errorCode } from '../errors/describe-cause.ts';
import { ProxyError } from '../errors/proxy-error.ts';

export interface ServerCommand {
  /** The program and its arguments. */
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How the server ended: its status, or 128 and the signal's number as a shell has it. */
export interface ServerExit {
  readonly status: number;
  readonly signal: NodeJS.Signals | null;
}

export interface ServerProcess {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when the process is gone; its output may still be on the way. */
  readonly exited: Promise<ServerExit>;
  /** Signals the server and what it started (0 only asks). False where none of them is left. */
  signalGroup(signal: NodeJS.Signals | 0): boolean;
}

/**
 * Starts the server in a process group of its own, so that what a launcher (npx, a shell) starts ends with
 * it. Windows has no process groups: there only the process itself is signalled.
 * @throws ProxyError `spawn-failed` where the program can't be run.
 */
export async function startServer(command: ServerCommand): Promise<ServerProcess> {
  const [file, ...args] = command.argv;
  if (file === undefined || file === '') throw new ProxyError('spawn-failed', 'there is no command to start');
  const child = spawnChild(file, args, command);
  const exited = new Promise<ServerExit>((resolve) => {
    child.once('exit', (code, signal) => resolve(describeExit(code, signal)));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => reject(explainSpawnFailure(file, command.cwd, cause)));
  });
  // Later errors (a signal that can't be delivered) end nothing: the exit tells.
  child.on('error', () => undefined);
  const pid = child.pid ?? 0;
  return {
    pid,
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    signalGroup: (signal) => signalGroup(child, pid, signal),
  };
}

function spawnChild(
  file: string,
  args: readonly string[],
  command: ServerCommand,
): ChildProcessWithoutNullStreams {
  try {
    return spawn(file, args, {
      cwd: command.cwd,
      env: { ...command.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
  } catch (cause) {
    throw explainSpawnFailure(file, command.cwd, cause);
  }
}

function describeExit(code: number | null, signal: NodeJS.Signals | null): ServerExit {
  if (signal === null) return { status: code ?? 1, signal };
  return { status: signalStatus(signal), signal };
}

/** 128 and the signal's number. */
export function signalStatus(signal: NodeJS.Signals): number {
  return 128 + (constants.signals[signal] ?? 0);
}

function signalGroup(
  child: ChildProcessWithoutNullStreams,
  pid: number,
  signal: NodeJS.Signals | 0,
): boolean {
  if (process.platform === 'win32') return child.kill(signal);
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

function explainSpawnFailure(file: string, cwd: string, cause: unknown): ProxyError {
  const problem = `can't start the server \`${file}\``;
  switch (errorCode(cause)) {
    case 'ENOENT':
      if (!existsSync(cwd))
        return new ProxyError(
          'spawn-failed',
          `${problem}: the directory to run it in, ${cwd}, does not exist`,
        );
      return new ProxyError(
        'spawn-failed',
        `${problem}: no such program (looked for in PATH, from ${cwd}); check its name, or give its full path`,
      );
    case 'EACCES':
      return new ProxyError(
        'spawn-failed',
        `${problem}: it is not executable; make it so, or name its interpreter`,
      );
    default:
      return new ProxyError(
        'spawn-failed',
        `${problem}: ${cause instanceof Error ? cause.message : String(cause)}`,
      );
  }
}
