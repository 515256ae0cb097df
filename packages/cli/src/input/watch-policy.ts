import { type Stats, unwatchFile, watchFile } from 'node:fs';
import { resolve } from 'node:path';
import type { TableUpdate } from '@agentpolicy/proxy';
import type { CommandContext } from '../context.ts';
import { CliError } from '../exit-status.ts';
import { loadPolicy } from './load-table.ts';

/** Milliseconds between two looks at the file: editors replace files in many ways, and a look finds each. */
const INTERVAL = 500;

/** Loads a policy again each time that its file changes. What is wrong with it goes to standard error. */
export function watchPolicy(context: CommandContext, path: string): AsyncIterable<TableUpdate> {
  return {
    [Symbol.asyncIterator]() {
      const file = resolve(context.cwd, path);
      let isChanged = false;
      let wake: () => void = () => undefined;
      const look = (now: Stats, before: Stats): void => {
        if (now.mtimeMs === before.mtimeMs && now.size === before.size && now.ino === before.ino) return;
        isChanged = true;
        wake();
      };
      watchFile(file, { interval: INTERVAL, persistent: false }, look);
      return {
        async next() {
          if (!isChanged)
            await new Promise<void>((resume) => {
              wake = resume;
            });
          isChanged = false;
          return { done: false, value: await load(context, path) };
        },
        return() {
          unwatchFile(file, look);
          return Promise.resolve({ done: true, value: undefined });
        },
      };
    },
  };
}

async function load(context: CommandContext, path: string): Promise<TableUpdate> {
  try {
    const { table } = await loadPolicy(context, path);
    return { ok: true, table };
  } catch (failure) {
    if (failure instanceof CliError) return { ok: false, message: failure.message };
    throw failure;
  }
}
