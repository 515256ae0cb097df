import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TableUpdate } from '@agentpolicy/proxy';
import type { CommandContext } from '../context.ts';
import { CliError } from '../exit-status.ts';
import { loadPolicy } from './load-table.ts';
import type { TrustedKey } from './trusted-key.ts';

/** Milliseconds between two looks at the file: editors replace files in many ways, and a look finds each. */
const INTERVAL = 500;

/**
 * Loads a policy again each time that its file is another than when this was called. What is wrong with it goes to
 * standard error.
 */
export function watchPolicy(
  context: CommandContext,
  path: string,
  keys: readonly TrustedKey[],
): AsyncIterable<TableUpdate> {
  const file = resolve(context.cwd, path);
  let seen = describeFile(file);
  return {
    [Symbol.asyncIterator]() {
      let isChanged = false;
      let wake: () => void = () => undefined;
      const timer = setInterval(() => {
        const now = describeFile(file);
        if (now === seen) return;
        seen = now;
        isChanged = true;
        wake();
      }, INTERVAL);
      timer.unref();
      return {
        async next() {
          if (!isChanged)
            await new Promise<void>((resume) => {
              wake = resume;
            });
          isChanged = false;
          return { done: false, value: await load(context, path, keys) };
        },
        return() {
          clearInterval(timer);
          return Promise.resolve({ done: true, value: undefined });
        },
      };
    },
  };
}

/** Changes when the file is written or replaced; a file that can't be looked at is one more state. */
function describeFile(file: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(file);
    return `${ino} ${size} ${mtimeMs}`;
  } catch {
    return '';
  }
}

async function load(
  context: CommandContext,
  path: string,
  keys: readonly TrustedKey[],
): Promise<TableUpdate> {
  try {
    const { table } = await loadPolicy(context, path, keys);
    return { ok: true, table };
  } catch (failure) {
    if (failure instanceof CliError) return { ok: false, message: failure.message };
    throw failure;
  }
}
