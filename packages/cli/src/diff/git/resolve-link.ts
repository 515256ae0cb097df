import { posix } from 'node:path';
import type { CommandContext } from '../../context.ts';
import type { Entry } from './list-entries.ts';
import type { Revision } from './revisions.ts';
import { runGit } from './run-git.ts';

interface Target {
  /** Relative to the repository's root. */
  readonly path: string;
  /** What stands before paths of the working folder to make them relative to the root. */
  readonly prefix: string;
}

/** What a symbolic link of a revision leads to. */
export type LinkTarget =
  | (Target & { readonly kind: 'file'; readonly blob: string; readonly bytes: Buffer })
  | (Target & { readonly kind: 'folder'; readonly tree: string })
  /** Nothing that may be a policy. */
  | { readonly kind: 'other' }
  | { readonly kind: 'unread'; readonly why: string };

/** A chain of links longer than this is taken for a circle. */
const MAX_STEPS = 8;

/** Follows a link within the revision; what is outside of it differs from machine to machine. */
export function resolveLink(
  context: CommandContext,
  { commit }: Revision,
  { path, blob }: Entry,
): LinkTarget {
  const prefix = runGit(context.cwd, ['rev-parse', '--show-prefix']).bytes.toString('utf8').trim();
  const looksLikePolicy = /\.(?:ya?ml|json)$/i;
  let current = posix.join(prefix, path);
  let name = blob;
  for (let step = 0; step < MAX_STEPS; step++) {
    const text = readBlob(context, name)?.toString('utf8');
    if (text === undefined) return { kind: 'unread', why: 'it is a symbolic link that can not be read' };
    const target = posix.normalize(posix.join(posix.dirname(current), text));
    if (text.startsWith('/') || target.startsWith('../') || target === '..') {
      // A link's own name or its target's says whether it is meant to be a policy.
      return looksLikePolicy.test(path) || looksLikePolicy.test(target)
        ? { kind: 'unread', why: 'it is a symbolic link that leads out of the repository' }
        : { kind: 'other' };
    }
    const found = runGit(context.cwd, ['ls-tree', '-z', '--full-tree', commit, '--', target]);
    const [, mode, type, next] = /^(\d+) (\w+) ([0-9a-f]+)\t/.exec(found.bytes.toString('utf8')) ?? [];
    if (next === undefined)
      return looksLikePolicy.test(path)
        ? { kind: 'unread', why: 'it is a symbolic link that leads to nothing in the repository' }
        : { kind: 'other' };
    if (type === 'tree') return { kind: 'folder', path: target, prefix, tree: next };
    if (type !== 'blob') return { kind: 'unread', why: 'it is a symbolic link to a submodule' };
    if (mode !== '120000') {
      const bytes = readBlob(context, next);
      if (bytes === undefined)
        return { kind: 'unread', why: 'what its symbolic link leads to can not be read' };
      return { kind: 'file', path: target, prefix, blob: next, bytes };
    }
    current = target;
    name = next;
  }
  return { kind: 'unread', why: 'it is a symbolic link that leads back to itself' };
}

function readBlob(context: CommandContext, name: string): Buffer | undefined {
  const read = runGit(context.cwd, ['cat-file', 'blob', name]);
  return read.ok ? read.bytes : undefined;
}
