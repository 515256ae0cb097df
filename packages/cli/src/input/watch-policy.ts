import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TableUpdate } from '@agentpolicy/proxy';
import type { CommandContext } from '../context.ts';
import { CliError } from '../exit-status.ts';
import { loadPolicy } from './load-table.ts';
import { readPolicyFile } from './read-text.ts';
import { signaturePathOf, type TrustedKey } from './trusted-key.ts';

/** Milliseconds between two looks at the file: editors replace files in many ways, and a look finds each. */
const INTERVAL = 500;

/**
 * Loads a policy again each time that its file is another than when this was called; where keys are given, also when
 * the signature beside it is. What is wrong with it goes to standard error.
 */
export function watchPolicy(
  context: CommandContext,
  path: string,
  keys: readonly TrustedKey[],
): AsyncIterable<TableUpdate> {
  const file = resolve(context.cwd, path);
  // A table and its signature are two files: one that came first is refused until the other is there.
  const files = keys.length === 0 ? [file] : [file, signaturePathOf(file)];
  const describeFiles = (): string => files.map(describeFile).join('\n');
  let seen = describeFiles();
  return {
    [Symbol.asyncIterator]() {
      let isChanged = false;
      let wake: () => void = () => undefined;
      const timer = setInterval(() => {
        const now = describeFiles();
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
    const { table } = await loadPolicy(context, path, keys, readPolicyFile);
    return { ok: true, table };
  } catch (failure) {
    if (failure instanceof CliError) return { ok: false, message: failure.message };
    throw failure;
  }
}
