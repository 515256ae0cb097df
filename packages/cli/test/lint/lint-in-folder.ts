import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { CommandContext } from '../../src/context.ts';
import { createStyle } from '../../src/terminal/style.ts';

export interface CapturedContext {
  readonly context: CommandContext;
  stdout(): string;
  stderr(): string;
}

/** A context whose output is kept: commands run in the test's own process, from source. */
export function captureContext(cwd: string, environment: NodeJS.ProcessEnv = {}): CapturedContext {
  let out = '';
  let err = '';
  const join = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
  const { stdin, stdout, stderr } = process;
  return {
    context: {
      cwd,
      environment,
      stdin,
      stdout,
      stderr,
      style: createStyle('never', {}, {}),
      write: (text) => {
        out += text;
      },
      print: (...lines) => {
        out += join(lines);
      },
      warn: (...lines) => {
        err += join(lines);
      },
    },
    stdout: () => out,
    stderr: () => err,
  };
}

export interface Folder {
  readonly path: string;
  read(name: string): string;
  write(name: string, text: string): void;
  remove(): void;
}

/** A new folder with the given files. */
export function makeFolder(files: Readonly<Record<string, string>>): Folder {
  const path = mkdtempSync(join(tmpdir(), 'aip-lint-'));
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  return {
    path,
    read: (name) => readFileSync(join(path, name), 'utf8'),
    write,
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** A policy without findings at the default severities. */
export const CLEAN = `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata:
  name: clean
spec:
  allowed_tools:
    - list_issues
`;

/** A policy with one warning on line 8: the same tool stands twice. */
export const TWICE = `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata:
  name: twice
spec:
  allowed_tools:
    - list_issues
    - list_issues
`;
