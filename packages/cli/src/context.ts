import type { ColorChoice, Style } from './terminal/style.ts';
import { createStyle } from './terminal/style.ts';

/** What a command may touch of the process that it runs in. */
export interface CommandContext {
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** For what goes to standard output. */
  readonly style: Style;
  /** Writes text to standard output as it is. */
  readonly write: (text: string) => void;
  /** Writes lines to standard output. */
  readonly print: (...lines: readonly string[]) => void;
  /** Writes lines to standard error. */
  readonly warn: (...lines: readonly string[]) => void;
}

/** The context of the running process. */
export function createContext(color: ColorChoice): CommandContext {
  const { stdout, stderr, env } = process;
  return {
    cwd: process.cwd(),
    environment: env,
    // Opening it takes time, and few commands read it.
    get stdin() {
      return process.stdin;
    },
    stdout,
    stderr,
    style: createStyle(color, stdout, env),
    write: (text) => void stdout.write(text),
    print: (...lines) => void stdout.write(lines.map((line) => `${line}\n`).join('')),
    warn: (...lines) => void stderr.write(lines.map((line) => `${line}\n`).join('')),
  };
}
