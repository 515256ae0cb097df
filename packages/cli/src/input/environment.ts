import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { CommandContext } from '../context.ts';

/** What an engine needs to know of this machine. */
export interface MachineFacts {
  readonly home: string;
  readonly cwd: string;
  readonly foldCase: boolean;
}

/** macOS and Windows fold case by default; where they do not, a call too many is refused rather than one too few. */
export function readMachineFacts(context: CommandContext): MachineFacts {
  return {
    home: resolve(context.environment.HOME ?? homedir()),
    cwd: context.cwd,
    foldCase: process.platform === 'darwin' || process.platform === 'win32',
  };
}
