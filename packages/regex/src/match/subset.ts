import { LOOK, LOOK_AHEAD, looksBetween, SIDE } from './looks.ts';
import { type Nfa, OP } from './nfa.ts';
import { Walker } from './nfa-walk.ts';
import type { Dominators } from './simulation.ts';

/**
 * A state of the subset construction: what stands before (as far as it matters), then the instructions that
 * wait for the next character, sorted: `char`s, and `look`s that need to see it.
 */
export type StateSet = readonly number[];

/** Searching: a match ends before the character, or with it. Tracking: no thread is under way. */
export const HIT = 'hit';

/**
 * What the states are about. `search`: whether a match ends here; threads that others make superfluous are
 * dropped. `track`: which threads are under way that started earlier, so that `HIT` tells places that no
 * match reaches across.
 */
export type SubsetMode = 'search' | 'track';

/**
 * Steps of the subset construction over an NFA, one character class at a time. New threads start at every
 * position. Nothing is remembered here: see `LazyDfa` and `determinize`.
 */
export class Subset {
  readonly nfa: Nfa;
  readonly sides: Uint8Array;
  readonly starts: readonly number[];
  private readonly mode: SubsetMode;
  private readonly dominators: Dominators | undefined;
  private readonly walker: Walker;
  private readonly found: Int32Array;
  private readonly targets: Int32Array;
  private readonly present: Uint32Array;
  private round = 0;

  constructor(nfa: Nfa, starts: readonly number[], mode: SubsetMode, dominators: Dominators | undefined) {
    this.nfa = nfa;
    this.mode = mode;
    this.sides = nfa.alphabet.sides(nfa.looks);
    this.starts = starts;
    this.dominators = dominators;
    this.walker = new Walker(nfa);
    this.found = new Int32Array(nfa.ops.length);
    // A character can be consumed by a thread that waited for it and by one that a look let through.
    this.targets = new Int32Array(2 * nfa.ops.length);
    this.present = new Uint32Array(nfa.ops.length);
  }

  /** The state where reading starts after a character of kind `side`. */
  begin(side: number): StateSet | typeof HIT {
    return this.mode === 'track' ? [side] : this.settle(0, side);
  }

  /** The state of not knowing what came before: every thread may be under way. */
  beginAnywhere(side: number): StateSet {
    const waiting: number[] = [side];
    this.nfa.ops.forEach((op, pc) => {
      if (op === OP.char || op === OP.look) waiting.push(pc);
    });
    return waiting;
  }

  /** The state after one more character. */
  step(state: StateSet, cls: number): StateSet | typeof HIT {
    const { nfa, targets } = this;
    const { ops, arg, out, sets } = nfa;
    const side = this.sides[cls] ?? SIDE.other;
    let count = 0;
    let pending = this.mode === 'track';
    for (let i = 1; i < state.length; i++) {
      const pc = state[i] ?? 0;
      if (ops[pc] !== OP.char) pending = true;
      else if (sets[arg[pc] ?? 0]?.[cls] === 1) targets[count++] = out[pc] ?? 0;
    }
    if (pending) {
      const resolved = this.resolve(state, side);
      for (let f = 0; f < resolved; f++) {
        const pc = this.found[f] ?? 0;
        if (ops[pc] === OP.match) {
          if (this.mode === 'search') return HIT;
        } else if (sets[arg[pc] ?? 0]?.[cls] === 1) targets[count++] = out[pc] ?? 0;
      }
    }
    return this.settle(count, side);
  }

  /** Whether a match ends at the end of the text, in this state. */
  acceptsAtEnd(state: StateSet): boolean {
    const count = this.resolve(state, SIDE.edge);
    for (let f = 0; f < count; f++) if (this.nfa.ops[this.found[f] ?? 0] === OP.match) return true;
    return false;
  }

  /** Follows the looks that waited for the next character, now that its kind is known. Fills `found`. */
  private resolve(state: StateSet, after: number): number {
    const { nfa, walker, found } = this;
    const holding = looksBetween(state[0] ?? SIDE.other, after);
    walker.reset();
    let count = 0;
    for (let i = 1; i < state.length; i++) {
      const pc = state[i] ?? 0;
      if (nfa.ops[pc] === OP.look) count = walker.follow(pc, holding, 0, found, count);
    }
    if (this.mode === 'track') {
      for (const start of this.starts) count = walker.follow(start, holding, 0, found, count);
    }
    return count;
  }

  /** Makes a state of the first `count` targets and of the threads that start here. */
  private settle(count: number, side: number): StateSet | typeof HIT {
    const { nfa, walker, found, targets } = this;
    const holding = (side === SIDE.edge ? LOOK.beginText : 0) | (side <= SIDE.newline ? LOOK.beginLine : 0);
    walker.reset();
    let size = 0;
    for (let t = 0; t < count; t++) size = walker.follow(targets[t] ?? 0, holding, LOOK_AHEAD, found, size);
    if (this.mode === 'track') return this.collect(size, side);
    for (const start of this.starts) size = walker.follow(start, holding, LOOK_AHEAD, found, size);
    let pending = false;
    for (let f = 0; f < size; f++) {
      const pc = found[f] ?? 0;
      if (nfa.ops[pc] === OP.match) return HIT;
      if (nfa.ops[pc] === OP.look) pending = true;
    }
    size = this.prune(size);
    // What stands before matters to looks only, those that wait and those that follow them.
    return sortState(pending ? side : SIDE.other, found, size);
  }

  /** The state of all threads under way; threads that have matched are over. */
  private collect(size: number, side: number): StateSet | typeof HIT {
    const { nfa, found } = this;
    let kept = 0;
    for (let f = 0; f < size; f++) {
      const pc = found[f] ?? 0;
      if (nfa.ops[pc] !== OP.match) found[kept++] = pc;
    }
    if (kept === 0) return HIT;
    return sortState(side, found, kept);
  }

  /** Drops from `found` what another thread makes superfluous. */
  private prune(size: number): number {
    const { dominators, found, present } = this;
    if (dominators === undefined) return size;
    const round = ++this.round;
    for (let f = 0; f < size; f++) present[found[f] ?? 0] = round;
    let kept = 0;
    for (let f = 0; f < size; f++) {
      const pc = found[f] ?? 0;
      let superfluous = false;
      for (const other of dominators[pc] ?? []) {
        superfluous = present[other] === round;
        if (superfluous) break;
      }
      if (!superfluous) found[kept++] = pc;
    }
    return kept;
  }
}

const MAX_INSERTION = 48;

/** A state of `side` and the first `size` instructions of `found`. */
function sortState(side: number, found: Int32Array, size: number): StateSet {
  if (size > MAX_INSERTION) return [side, ...found.subarray(0, size).sort()];
  const state = [side];
  for (let f = 0; f < size; f++) {
    const pc = found[f] ?? 0;
    let at = f + 1;
    for (; at > 1; at--) {
      const before = state[at - 1] ?? 0;
      if (before < pc) break;
      state[at] = before;
    }
    state[at] = pc;
  }
  return state;
}

const EMPTY: StateSet = [SIDE.other];

/** Numbers states; two that are equal get one number. */
export class StateIndex {
  private buckets = new Map<number, number[]>();
  private states: StateSet[] = [];
  /** Bytes that the states take, about. */
  bytes = 0;

  get size(): number {
    return this.states.length;
  }

  get(id: number): StateSet {
    return this.states[id] ?? EMPTY;
  }

  /** The number of a state; new states are numbered in order. */
  add(state: StateSet): number {
    let hash = state.length;
    for (let i = 0; i < state.length; i++) hash = (Math.imul(hash, 0x01000193) ^ (state[i] ?? 0)) >>> 0;
    const bucket = this.buckets.get(hash);
    if (bucket === undefined) {
      this.buckets.set(hash, [this.states.length]);
    } else {
      for (const id of bucket) if (equalStates(this.get(id), state)) return id;
      bucket.push(this.states.length);
    }
    this.bytes += state.length * 8 + 64;
    return this.states.push(state) - 1;
  }

  clear(): void {
    this.buckets = new Map();
    this.states = [];
    this.bytes = 0;
  }
}

function equalStates(a: StateSet, b: StateSet): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
