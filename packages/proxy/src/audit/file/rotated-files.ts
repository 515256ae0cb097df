import { closeSync, constants, existsSync, openSync, readdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CHECKPOINT_EVENT } from '../chain/checkpoint.ts';
import { ROTATED_EVENT } from '../chain/events.ts';
import { readTail, type Tail } from './read-tail.ts';

/** The finished files of a log, oldest first: `audit.jsonl.1`, `audit.jsonl.2` and so on. */
export function listRotated(path: string): readonly string[] {
  const directory = dirname(path);
  if (!existsSync(directory)) return [];
  const start = `${basename(path)}.`;
  return readdirSync(directory)
    .flatMap((name) => {
      const number = name.startsWith(start) ? name.slice(start.length) : '';
      return /^[1-9]\d{0,8}$/.test(number) ? [Number(number)] : [];
    })
    .sort((a, b) => a - b)
    .map((number) => join(directory, `${start}${number}`));
}

/** Renames a full file behind its predecessors, and gives its new name. */
export function rotate(path: string): string {
  const newest = listRotated(path).at(-1);
  const number = newest === undefined ? 0 : Number(newest.slice(newest.lastIndexOf('.') + 1));
  const name = `${path}.${number + 1}`;
  renameSync(path, name);
  return basename(name);
}

/** The end of the newest rotated file, where its successor was never begun: a new file goes on from there. */
export function findPredecessor(path: string): { readonly name: string; readonly tail: Tail } | null {
  const newest = listRotated(path).at(-1);
  if (newest === undefined) return null;
  const descriptor = openSync(newest, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const read = readTail(descriptor);
    const isFinished = read.ok && (read.tail.event === ROTATED_EVENT || read.tail.event === CHECKPOINT_EVENT);
    return isFinished ? { name: basename(newest), tail: read.tail } : null;
  } finally {
    closeSync(descriptor);
  }
}
