import { Alphabet, MAX_CLASSES } from '../match/alphabet.ts';
import { sideBoundaries } from '../match/looks.ts';
import { MAX_SET_CELLS } from '../match/nfa.ts';
import { RegexError } from '../match/regex-error.ts';
import type { CharSet } from '../syntax/char-set.ts';

/** An alphabet, and for each set its membership by class. */
export interface Partition {
  readonly alphabet: Alphabet;
  readonly members: readonly Uint8Array[];
}

/**
 * Sorts all code points into the coarsest classes that no set cuts through (nor a word or line boundary,
 * where the looks care). Classes are numbered by their first code point.
 */
export function partition(sets: readonly CharSet[], looks: number): Partition {
  const toggles = new Map<number, number[]>([[0, []]]);
  const toggle = (codePoint: number, id: number): void => {
    if (codePoint > 0x10ffff) return;
    const ids = toggles.get(codePoint);
    if (ids === undefined) toggles.set(codePoint, [id]);
    else ids.push(id);
  };
  sets.forEach((set, id) => {
    for (let i = 0; i < set.length; i += 2) {
      toggle(set[i] ?? 0, id);
      toggle((set[i + 1] ?? 0) + 1, id);
    }
  });
  // A neighbour's kind is one more set to keep apart: it changes at each boundary.
  const sides = sideBoundaries(looks);
  const boundaries = [...new Set([...toggles.keys(), ...sides])].sort((a, b) => a - b);
  const classIds = new Map<string, number>();
  const starts: number[] = [];
  const classes: number[] = [];
  const owners: (readonly number[])[] = [];
  const isSide = new Set(sides);
  /** Sets that the code points from here on are members of, sorted. */
  const active: number[] = [];
  for (const boundary of boundaries) {
    for (const id of toggles.get(boundary) ?? []) toggleMember(active, id);
    const key = `${sideKey(boundary, isSide)} ${active.join()}`;
    let cls = classIds.get(key);
    if (cls === undefined) {
      cls = classIds.size;
      classIds.set(key, cls);
      owners.push(active.slice());
    }
    // Side boundaries stay even where the class goes on: the loader checks that they are there.
    if (classes.at(-1) === cls && !isSide.has(boundary)) continue;
    starts.push(boundary);
    classes.push(cls);
  }
  if (owners.length >= MAX_CLASSES || owners.length * sets.length > MAX_SET_CELLS) {
    throw new RegexError('pattern-too-large', `the pattern tells ${owners.length} kinds of characters apart`);
  }
  const members = sets.map(() => new Uint8Array(owners.length));
  owners.forEach((ids, cls) => {
    for (const id of ids) {
      const member = members[id];
      if (member !== undefined) member[cls] = 1;
    }
  });
  return { alphabet: new Alphabet(starts, classes, owners.length), members };
}

/** Puts a number into a sorted list, or takes it out. */
function toggleMember(sorted: number[], value: number): void {
  let at = sorted.length;
  while (at > 0 && (sorted[at - 1] ?? 0) >= value) at--;
  if (sorted[at] === value) sorted.splice(at, 1);
  else sorted.splice(at, 0, value);
}

/** A name for the kind of the characters from `codePoint` to the next boundary. */
function sideKey(codePoint: number, sides: ReadonlySet<number>): string {
  if (sides.size === 0) return '';
  if (codePoint === 10) return sides.has(10) ? 'newline' : '';
  if (!sides.has(48)) return '';
  const isWord =
    (codePoint >= 48 && codePoint < 58) ||
    (codePoint >= 65 && codePoint < 91) ||
    codePoint === 95 ||
    (codePoint >= 97 && codePoint < 123);
  return isWord ? 'word' : '';
}
