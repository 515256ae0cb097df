import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** The built command, as users run it. */
export const AIP = join(ROOT, 'packages/cli/bundle/aip.js');

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the built command to its end. */
export function aip(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return runToEnd(process.execPath, [AIP, ...args], options);
}

/** Runs a program to its end; colours and CI's own formats are off unless a test asks for them. */
export function runToEnd(program: string, args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return new Promise((resolve, reject) => {
    const { GITHUB_ACTIONS: _, GITHUB_STEP_SUMMARY: __, FORCE_COLOR: ___, ...environment } = process.env;
    const child = spawn(program, args, {
      cwd: options.cwd ?? ROOT,
      env: { ...environment, NO_COLOR: '1', ...options.env },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
    child.stdin.on('error', () => {
      // The command may end without reading its input.
    });
    child.stdin.end(options.input ?? '');
  });
}
