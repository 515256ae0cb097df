import { type Nfa, OP } from './nfa.ts';
import { Walker } from './nfa-walk.ts';

/**
 * For each instruction, those that match no later whatever follows: where one of them runs, this one need
 * not.
 */
export type Dominators = readonly (readonly number[])[];

/** Work that is spent on finding dominators; beyond it the program goes without. */
const BUDGET = 2_000_000;
const MAX_CHARS = 600;
const ALL_LOOKS = 63;

/**
 * Computes which threads make others superfluous for the question whether (not where) a program matches:
 * `p` dominates `q` where it consumes every character that `q` does and what follows it dominates what
 * follows `q`. Threads in `[A-Z0-9]{16}` need no company of threads that are behind them; this is what
 * keeps automata for searching small. Returns undefined where the budget does not suffice.
 */
export function findDominators(nfa: Nfa): Dominators | undefined {
  const chars = listSearched(nfa);
  if (chars === undefined) return undefined;
  const relation = new Relation(nfa, chars);
  return relation.solve() ? relation.list() : undefined;
}

/**
 * The `char` instructions that a search can reach before it ends at the first match; undefined where they
 * are too many.
 */
function listSearched(nfa: Nfa): readonly number[] | undefined {
  const walker = new Walker(nfa);
  const found = new Int32Array(nfa.ops.length);
  const seen = new Uint8Array(nfa.ops.length);
  const chars: number[] = [];
  const roots = [nfa.start];
  for (let root = roots.pop(); root !== undefined; root = roots.pop()) {
    walker.reset();
    const count = walker.follow(root, 0, ALL_LOOKS, found, 0);
    const reached = found.subarray(0, count);
    if (reached.some((pc) => nfa.ops[pc] === OP.match)) continue;
    for (const pc of reached) {
      if (seen[pc] === 1) continue;
      seen[pc] = 1;
      roots.push(nfa.out[pc] ?? 0);
      if (nfa.ops[pc] === OP.char && chars.push(pc) > MAX_CHARS) return undefined;
    }
  }
  return chars.sort((x, y) => x - y);
}

/** The greatest simulation, found by striking out pairs until the rest holds. */
class Relation {
  private readonly nfa: Nfa;
  private readonly chars: readonly number[];
  private readonly index: Int32Array;
  /** What follows each `char`: instructions of kind `char` or `look`. */
  private readonly following: Int32Array[] = [];
  private readonly matchFollows: Uint8Array;
  /** Which `char`s each one follows. */
  private readonly preceding: number[][];
  private readonly holds: Uint8Array;
  private work = 0;

  constructor(nfa: Nfa, chars: readonly number[]) {
    this.nfa = nfa;
    this.chars = chars;
    this.index = new Int32Array(nfa.ops.length).fill(-1);
    chars.forEach((pc, i) => {
      this.index[pc] = i;
    });
    this.matchFollows = new Uint8Array(chars.length);
    this.preceding = chars.map(() => []);
    this.holds = new Uint8Array(chars.length * chars.length);
  }

  solve(): boolean {
    return this.readFollowing() && this.compareSets() && this.strike();
  }

  private readFollowing(): boolean {
    const { nfa, chars } = this;
    const walker = new Walker(nfa);
    const found = new Int32Array(nfa.ops.length);
    for (let i = 0; i < chars.length; i++) {
      walker.reset();
      const count = walker.follow(nfa.out[chars[i] ?? 0] ?? 0, 0, ALL_LOOKS, found, 0);
      this.work += count * 4;
      if (this.work > BUDGET) return false;
      const targets: number[] = [];
      for (const pc of found.subarray(0, count)) {
        if (nfa.ops[pc] === OP.match) this.matchFollows[i] = 1;
        else targets.push(pc);
      }
      // What follows a match does not matter: the search is over.
      const kept = this.matchFollows[i] === 1 ? [] : targets;
      for (const pc of kept) {
        const next = this.index[pc] ?? -1;
        if (next >= 0) this.preceding[next]?.push(i);
      }
      this.following.push(Int32Array.from(kept));
    }
    return true;
  }

  /** A pair is possible only where the first consumes all that the second does. */
  private compareSets(): boolean {
    const { nfa, chars, holds } = this;
    const { sets } = nfa;
    this.work += sets.length * sets.length * nfa.alphabet.size + chars.length * chars.length;
    if (this.work > BUDGET) return false;
    const wider = sets.map((p) => sets.map((q) => q.every((member, cls) => member === 0 || p[cls] === 1)));
    chars.forEach((p, i) => {
      const row = wider[nfa.arg[p] ?? 0];
      chars.forEach((q, j) => {
        if (row?.[nfa.arg[q] ?? 0] === true) holds[i * chars.length + j] = 1;
      });
    });
    return true;
  }

  private strike(): boolean {
    const { holds } = this;
    const count = this.chars.length;
    const queue: number[] = [];
    // From the end: a chain is then settled in one go.
    for (let pair = holds.length - 1; pair >= 0; pair--) {
      if (holds[pair] === 1 && !this.check(pair)) {
        holds[pair] = 0;
        queue.push(pair);
      }
      if (this.work > BUDGET) return false;
    }
    for (let gone = queue.pop(); gone !== undefined; gone = queue.pop()) {
      const before: readonly number[] = this.preceding[gone % count] ?? [];
      for (const i of this.preceding[Math.floor(gone / count)] ?? []) {
        for (const j of before) {
          const pair = i * count + j;
          if (holds[pair] === 1 && !this.check(pair)) {
            holds[pair] = 0;
            queue.push(pair);
          }
          if (this.work > BUDGET) return false;
        }
      }
    }
    return true;
  }

  private check(pair: number): boolean {
    const count = this.chars.length;
    const i = Math.floor(pair / count);
    const j = pair % count;
    this.work++;
    if (i === j || this.matchFollows[i] === 1) return true;
    if (this.matchFollows[j] === 1) return false;
    const ours = this.following[i] ?? new Int32Array();
    for (const theirs of this.following[j] ?? []) {
      const their = this.index[theirs] ?? -1;
      let covered = false;
      for (const our of ours) {
        this.work++;
        covered = our === theirs || (their >= 0 && this.holds[(this.index[our] ?? -1) * count + their] === 1);
        if (covered) break;
      }
      if (!covered) return false;
    }
    return true;
  }

  /** Of two that dominate each other, the first stays. */
  list(): Dominators {
    const { nfa, chars, holds } = this;
    const count = chars.length;
    const out: number[][] = Array.from(nfa.ops, () => []);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        if (i === j || holds[i * count + j] !== 1) continue;
        if (holds[j * count + i] === 1 && j < i) continue;
        out[chars[j] ?? 0]?.push(chars[i] ?? 0);
      }
    }
    return out;
  }
}
