import { DASH, DOT, SLASH, TILDE } from './characters.ts';

/** Node numbers of the two roots: paths from the file system's root, and names that may stand anywhere. */
export const ABSOLUTE_ROOT = 0;
export const RELATIVE_ROOT = 1;
export const NO_NODE = -1;

/**
 * All protected paths in canonical form as one automaton over code units. Its cost a step does not depend on how
 * many paths there are. Absolute paths are spelled `/home/u/.ssh`, relative ones `config/secrets.yaml`.
 */
export interface PathTrie {
  /** The node behind `unit`, or NO_NODE. */
  step(node: number, unit: number): number;
  /** Index of the protected path that ends at this node, or -1. */
  pathAt(node: number): number;
  /** A relative path ends here and `unit` makes the name one of its variants (`.env.local`). */
  isVariant(node: number, unit: number): boolean;
}

export interface TrieEntry {
  /** Canonical segments without `.`, `..` and empty ones. */
  readonly segments: readonly string[];
  readonly relative: boolean;
  /** What is reported: an index into the guard's list of paths. */
  readonly path: number;
}

/** Builds the automaton; where two entries are the same path, the first is reported. */
export function createPathTrie(entries: readonly TrieEntry[]): PathTrie {
  const edges = new Map<number, number>();
  const paths: number[] = [-1, -1];
  const relative: boolean[] = [false, true];

  for (const entry of entries) {
    let node = entry.relative ? RELATIVE_ROOT : ABSOLUTE_ROOT;
    const text = entry.segments.map((segment) => `/${segment}`).join('');
    for (let at = entry.relative ? 1 : 0; at < text.length; at++) {
      const edge = edgeOf(node, text.charCodeAt(at));
      let next = edges.get(edge);
      if (next === undefined) {
        next = paths.length;
        edges.set(edge, next);
        paths.push(-1);
        relative.push(entry.relative);
      }
      node = next;
    }
    if (paths[node] === -1) paths[node] = entry.path;
  }

  return {
    step: (node, unit) => edges.get(edgeOf(node, unit)) ?? NO_NODE,
    pathAt: (node) => paths[node] ?? -1,
    isVariant: (node, unit) =>
      (unit === DOT || unit === DASH || unit === TILDE) &&
      relative[node] === true &&
      (paths[node] ?? -1) >= 0,
  };
}

function edgeOf(node: number, unit: number): number {
  return node * 0x10000 + unit;
}

/** Walks whole segments from a node. */
export function stepSegments(trie: PathTrie, from: number, segments: readonly string[]): number {
  let node = from;
  segments.forEach((segment, index) => {
    if (node === NO_NODE) return;
    if (index > 0 || from !== RELATIVE_ROOT) node = trie.step(node, SLASH);
    for (let at = 0; at < segment.length && node !== NO_NODE; at++) {
      node = trie.step(node, segment.charCodeAt(at));
    }
  });
  return node;
}
