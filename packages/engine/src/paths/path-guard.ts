import { appendPointer, type JsonNode, type JsonObject } from '@agentpolicy/core';
import type { Sieve } from '@agentpolicy/regex/match';
import { createPathTrie } from './path-trie.ts';
import { createPlaces } from './places.ts';
import { type PathGuardOptions, resolvePaths } from './protected-paths.ts';
import { createQuickScan, createSieve } from './quick-scan.ts';
import { readText } from './readings.ts';
import { findInReading } from './walk.ts';

export type { PathGuardOptions } from './protected-paths.ts';

export interface PathFinding {
  /** The protected path as the policy writes it, or the own file. */
  readonly path: string;
  /** JSON pointer into the arguments: of the string, or of the member whose key it is. */
  readonly argument: string;
}

/** Says whether a call's arguments refer to a protected path. */
export interface PathGuard {
  /** The first reference in the order of the arguments; null where there is none. Never throws. */
  find(args: JsonObject): PathFinding | null;
  /** `find` finds nothing where this catches neither a string of the arguments nor a key. */
  readonly sieve: Sieve;
}

/**
 * Prepares the check of protected paths (v1alpha1 §3.4.5): every string in the arguments, keys included, is read
 * in each way that a file system, a URL or a shell may read it, and looked up in one automaton. Its time is linear
 * in the arguments and does not depend on how many paths are protected.
 * @throws EngineError `bad-environment` where home, cwd or an own file is not an absolute path.
 */
export function createPathGuard(options: PathGuardOptions): PathGuard {
  const { foldCase } = options;
  const resolved = resolvePaths(options);
  if (resolved.entries.length === 0) return { find: () => null, sieve: createSieve([], foldCase, false) };
  const trie = createPathTrie(resolved.entries);
  const places = createPlaces(trie, resolved.cwd, resolved.home);
  const quick = createQuickScan({
    names: resolved.entries.flatMap(({ segments }) => segments.slice(-1)),
    foldCase,
    always: places.cwd.path >= 0 || places.root.path >= 0,
    home: places.home.path >= 0,
  });

  const { sieve } = quick;

  const look = (text: string): string | null => {
    if (quick.isClean(text)) return null;
    for (const reading of readText(text, foldCase)) {
      const path = quick.isCleanReading(reading) ? -1 : findInReading(reading, trie, places);
      if (path >= 0) return resolved.displays[path] ?? null;
    }
    return null;
  };

  const check = (text: string): string | null => (sieve.isClean(text) ? null : look(text));

  return {
    sieve,
    find(args) {
      for (const { key, value } of args.members) {
        const path = check(key) ?? (value.kind === 'string' ? check(value.value) : null);
        if (path !== null) return { path, argument: appendPointer('', key) };
        if (value.kind === 'array' || value.kind === 'object') {
          const finding = findBelow(value, appendPointer('', key), check);
          if (finding !== null) return finding;
        }
      }
      return null;
    },
  };
}

/** In the order of the text, without recursion: how deep arguments may be is not this module's to decide. */
function findBelow(from: JsonNode, at: string, check: (text: string) => string | null): PathFinding | null {
  const waiting: { readonly node: JsonNode; readonly pointer: string; readonly key: string | null }[] = [
    { node: from, pointer: at, key: null },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, pointer, key } = next;
    const path = (key === null ? null : check(key)) ?? (node.kind === 'string' ? check(node.value) : null);
    if (path !== null) return { path, argument: pointer };
    if (node.kind === 'array') {
      for (let index = node.items.length - 1; index >= 0; index--) {
        const item = node.items[index];
        if (item !== undefined)
          waiting.push({ node: item, pointer: appendPointer(pointer, index), key: null });
      }
    } else if (node.kind === 'object') {
      for (const member of node.members.toReversed()) {
        waiting.push({ node: member.value, pointer: appendPointer(pointer, member.key), key: member.key });
      }
    }
  }
  return null;
}
