import { SLASH } from './characters.ts';
import { ABSOLUTE_ROOT, NO_NODE, type PathTrie, RELATIVE_ROOT, stepSegments } from './path-trie.ts';
import { driveOf } from './segments.ts';

/** A directory that a path can begin at, or reach from there with `..` alone. */
export interface Place {
  readonly id: number;
  /** Index of the protected path that it is at or below, or -1. */
  readonly path: number;
  /** Nodes behind the separator that follows the directory. */
  readonly entry: readonly number[];
  /** Null for a root, which is its own parent. */
  readonly parent: Place | null;
}

export interface Places {
  readonly cwd: Place;
  readonly home: Place;
  /** Where the homes of other users are taken to be: beside this one. */
  readonly homes: Place;
  readonly root: Place;
  /** What a leading separator may mean: the root, and on Windows that of the working directory's drive. */
  readonly roots: readonly Place[];
  /** By upper- or lower-case drive letter. */
  drive(letter: string): Place;
}

export function parentOf(place: Place): Place {
  return place.parent ?? place;
}

/** Looks up in the automaton where paths begin. The arguments are canonical segments from the root. */
export function createPlaces(trie: PathTrie, cwd: readonly string[], home: readonly string[]): Places {
  const known = new Map<string, Place>();

  const placeOf = (segments: readonly string[]): Place => {
    const key = segments.join('/');
    const found = known.get(key);
    if (found !== undefined) return found;
    const parent = isRoot(segments) ? null : placeOf(segments.slice(0, -1));
    const place = createPlace(known.size, trie, segments, parent);
    known.set(key, place);
    return place;
  };

  const root = placeOf([]);
  const drive = driveOf(cwd);
  const homePlace = placeOf(home);
  return {
    cwd: placeOf(cwd),
    home: homePlace,
    homes: parentOf(homePlace),
    root,
    roots: drive === null ? [root] : [root, placeOf([drive])],
    drive: (letter) => placeOf([`${letter.toLowerCase()}:`]),
  };
}

function isRoot(segments: readonly string[]): boolean {
  return segments.length === 0 || (segments.length === 1 && driveOf(segments) !== null);
}

function createPlace(id: number, trie: PathTrie, segments: readonly string[], parent: Place | null): Place {
  const node = stepSegments(trie, ABSOLUTE_ROOT, segments);
  const own = node === NO_NODE ? -1 : trie.pathAt(node);
  const entry: number[] = [];
  // A relative protected path may have begun in the directory's own names; it must end in what is written.
  const partial = segments.map((_, from) => stepSegments(trie, RELATIVE_ROOT, segments.slice(from)));
  for (const candidate of [node, ...partial]) {
    const next = candidate === NO_NODE ? NO_NODE : trie.step(candidate, SLASH);
    if (next !== NO_NODE) entry.push(next);
  }
  const above = parent === null ? trie.pathAt(ABSOLUTE_ROOT) : parent.path;
  return { id, path: above >= 0 ? above : own, entry, parent };
}
