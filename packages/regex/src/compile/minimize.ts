import { DEAD, type Dfa, MATCHED } from './determinize.ts';
import { Scratch } from './scratch.ts';

/** Nothing in it outlives the function that resets it. */
const scratch = new Scratch();

/**
 * The smallest automaton for the same texts: Hopcroft's partition refinement, then states numbered in the
 * order in which they are first reached from the start, so that equal languages over one alphabet give
 * equal tables. Dead and matched keep their numbers.
 */
export function minimize(dfa: Dfa): Dfa {
  scratch.reset();
  return renumber(dfa, refine(dfa), dfa.start);
}

/** What is left of a minimal automaton where reading begins in another of its states. */
export function startFrom(dfa: Dfa, start: number): Dfa {
  scratch.reset();
  return renumber(dfa, countUp(dfa.states), start);
}

function countUp(length: number): Int32Array {
  const list = scratch.lend(length);
  for (let at = 0; at < length; at++) list[at] = at;
  return list;
}

function renumber({ classes, states, table }: Dfa, block: Int32Array, from: number): Dfa {
  const width = classes + 1;
  /** The new number of each block, and a state of each that has one. */
  const number = scratch.lend(states).fill(-1);
  const members = scratch.lend(states);
  number[block[DEAD] ?? 0] = DEAD;
  number[block[MATCHED] ?? 0] = MATCHED;
  let count = 2;
  const visit = (state: number): number => {
    const id = block[state] ?? 0;
    const known = number[id] ?? -1;
    if (known >= 0) return known;
    number[id] = count;
    members[count] = state;
    return count++;
  };
  const start = visit(from);
  const made = scratch.lend(states * width);
  made.fill(MATCHED, width, 2 * width);
  for (let at = 2; at < count; at++) {
    const row = (members[at] ?? 0) * width;
    const to = at * width;
    for (let cls = 0; cls < classes; cls++) made[to + cls] = visit(table[row + cls] ?? 0);
    made[to + classes] = table[row + classes] ?? 0;
  }
  return { classes, states: count, start, table: made.slice(0, count * width) };
}

/** The block of each state, by Hopcroft's algorithm. */
function refine({ classes, states, table }: Dfa): Int32Array {
  const width = classes + 1;
  const { heads, sources } = invert(states, classes, table);
  const blocks = new Blocks(states);
  for (let state = 0; state < states; state++) {
    if ((table[state * width + classes] ?? 0) === 1) blocks.mark(state);
  }
  blocks.split();
  blocks.waiting.push(0);
  const splitter = scratch.lend(states);
  for (let id = blocks.waiting.pop(); id !== undefined; id = blocks.waiting.pop()) {
    const size = blocks.list(id, splitter);
    for (let cls = 0; cls < classes; cls++) {
      for (let at = 0; at < size; at++) {
        const key = cls * states + (splitter[at] ?? 0);
        for (let s = heads[key] ?? 0; s < (heads[key + 1] ?? 0); s++) blocks.mark(sources[s] ?? 0);
      }
      blocks.split();
    }
  }
  return blocks.of;
}

/** A partition of the states. Blocks are stretches of `elements`; marking moves a state to its block's front. */
class Blocks {
  /** The block of each state. */
  readonly of: Int32Array;
  /** Blocks that the others have yet to be split by. */
  readonly waiting: number[] = [];
  private readonly elements: Int32Array;
  private readonly place: Int32Array;
  private readonly first: number[] = [0];
  private readonly end: number[];
  private readonly marked: number[] = [0];
  private readonly touched: number[] = [];

  constructor(states: number) {
    this.of = scratch.lend(states);
    this.elements = countUp(states);
    this.place = countUp(states);
    this.end = [states];
  }

  /** Copies a block's states to `out`; returns how many they are. */
  list(id: number, out: Int32Array): number {
    const first = this.first[id] ?? 0;
    const end = this.end[id] ?? 0;
    for (let at = first; at < end; at++) out[at - first] = this.elements[at] ?? 0;
    return end - first;
  }

  mark(state: number): void {
    const { elements, place } = this;
    const id = this.of[state] ?? 0;
    const at = place[state] ?? 0;
    const count = this.marked[id] ?? 0;
    const to = (this.first[id] ?? 0) + count;
    if (at < to) return;
    const other = elements[to] ?? 0;
    elements[to] = state;
    elements[at] = other;
    place[state] = to;
    place[other] = at;
    if (count === 0) this.touched.push(id);
    this.marked[id] = count + 1;
  }

  /**
   * Splits each block into its marked states and the others. The smaller half becomes the new block: each
   * state is moved at most log n times.
   */
  split(): void {
    for (const id of this.touched) {
      const from = this.first[id] ?? 0;
      const middle = from + (this.marked[id] ?? 0);
      const to = this.end[id] ?? 0;
      this.marked[id] = 0;
      if (middle === to) continue;
      const made = this.first.length;
      const front = middle - from <= to - middle;
      const [start, stop] = front ? [from, middle] : [middle, to];
      this.first.push(start);
      this.end.push(stop);
      this.marked.push(0);
      if (front) this.first[id] = middle;
      else this.end[id] = middle;
      for (let at = start; at < stop; at++) this.of[this.elements[at] ?? 0] = made;
      this.waiting.push(made);
    }
    this.touched.length = 0;
  }
}

/**
 * For each class and state, which states lead there: `sources` from `heads[cls * states + state]` up to the
 * next head.
 */
function invert(
  states: number,
  classes: number,
  table: Int32Array,
): { heads: Int32Array; sources: Int32Array } {
  const width = classes + 1;
  const heads = scratch.lend(classes * states + 1);
  const each = (visit: (key: number, source: number) => void): void => {
    for (let state = 0; state < states; state++) {
      for (let cls = 0; cls < classes; cls++) visit(cls * states + (table[state * width + cls] ?? 0), state);
    }
  };
  each((key) => {
    heads[key + 1] = (heads[key + 1] ?? 0) + 1;
  });
  for (let key = 0; key < classes * states; key++) heads[key + 1] = (heads[key + 1] ?? 0) + (heads[key] ?? 0);
  const next = scratch.lend(heads.length);
  next.set(heads);
  const sources = scratch.lend(classes * states);
  each((key, source) => {
    const at = next[key] ?? 0;
    sources[at] = source;
    next[key] = at + 1;
  });
  return { heads, sources };
}
