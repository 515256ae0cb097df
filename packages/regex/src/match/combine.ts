import { Alphabet } from './alphabet.ts';
import { sideBoundaries } from './looks.ts';
import { type Nfa, OP } from './nfa.ts';

/** Several programs side by side, over one alphabet. */
export interface CombinedNfa {
  readonly nfa: Nfa;
  /** The first instruction of each program. */
  readonly starts: readonly number[];
  /** The number of instructions before each program. */
  readonly offsets: readonly number[];
}

export function combineNfas(nfas: readonly Nfa[]): CombinedNfa {
  const looks = nfas.reduce((all, nfa) => all | nfa.looks, 0);
  const { alphabet, parts } = combineAlphabets(
    nfas.map((nfa) => nfa.alphabet),
    sideBoundaries(looks),
  );
  const size = nfas.reduce((sum, nfa) => sum + nfa.ops.length, 0);
  const ops = new Uint8Array(size);
  const out = new Int32Array(size);
  const arg = new Int32Array(size);
  const sets: Uint8Array[] = [];
  const starts: number[] = [];
  const offsets: number[] = [];
  let offset = 0;
  nfas.forEach((nfa, index) => {
    const firstSet = sets.length;
    const classes = parts[index] ?? [];
    for (const set of nfa.sets) sets.push(Uint8Array.from(classes, (cls) => set[cls] ?? 0));
    ops.set(nfa.ops, offset);
    for (let pc = 0; pc < nfa.ops.length; pc++) {
      const op = nfa.ops[pc] ?? 0;
      const value = nfa.arg[pc] ?? 0;
      out[offset + pc] = (nfa.out[pc] ?? 0) + offset;
      arg[offset + pc] = op === OP.char ? value + firstSet : op === OP.split ? value + offset : value;
    }
    starts.push(nfa.start + offset);
    offsets.push(offset);
    offset += nfa.ops.length;
  });
  return { nfa: { alphabet, start: starts[0] ?? 0, ops, out, arg, sets, looks }, starts, offsets };
}

/**
 * The coarsest alphabet that is as fine as all of them; `parts[i][cls]` is the class of alphabet `i` that
 * holds class `cls`.
 */
export function combineAlphabets(
  alphabets: readonly Alphabet[],
  boundaries: readonly number[],
): { alphabet: Alphabet; parts: readonly (readonly number[])[] } {
  const changes = new Map<number, [number, number][]>(boundaries.map((boundary) => [boundary, []]));
  alphabets.forEach((alphabet, index) => {
    alphabet.starts.forEach((start, i) => {
      const change: [number, number] = [index, alphabet.classes[i] ?? 0];
      const known = changes.get(start);
      if (known === undefined) changes.set(start, [change]);
      else known.push(change);
    });
  });
  const current = new Uint16Array(alphabets.length);
  const ids = new Map<string, number>();
  const parts: number[][] = alphabets.map(() => []);
  const starts: number[] = [];
  const classes: number[] = [];
  for (const [start, list] of [...changes].sort((a, b) => a[0] - b[0])) {
    for (const [index, cls] of list) current[index] = cls;
    // Sides need classes of their own at each boundary; which side it is shows in the boundary's place.
    const key = `${sideOf(start, boundaries)} ${String.fromCharCode(...current)}`;
    const known = ids.get(key);
    const cls = known ?? ids.size;
    if (known === undefined) {
      ids.set(key, cls);
      parts.forEach((part, index) => {
        part.push(current[index] ?? 0);
      });
    }
    if (classes.at(-1) === cls && !boundaries.includes(start)) continue;
    starts.push(start);
    classes.push(cls);
  }
  return { alphabet: new Alphabet(starts, classes, ids.size), parts };
}

/** Tells the stretches between boundaries apart. */
function sideOf(codePoint: number, boundaries: readonly number[]): number {
  let count = 0;
  for (const boundary of boundaries) if (boundary <= codePoint) count++;
  return count;
}
