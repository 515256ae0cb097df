import { DEAD, type Dfa, MATCHED } from './determinize.ts';

/**
 * The smallest automaton for the same texts: Hopcroft's partition refinement, then states numbered in the order in which they are first reached
 * from the start, so that equal languages over one alphabet give equal tables. Dead and matched keep their numbers.
 */
export function minimize(dfa: Dfa): Dfa {
  const block = refine(dfa);
  const { classes, states, table } = dfa;
  const width = classes + 1;
  const number = new Map<number, number>([
    [block[DEAD] ?? 0, DEAD],
    [block[MATCHED] ?? 0, MATCHED],
  ]);
  const members = new Map<number, number>();
  for (let state = states - 1; state >= 0; state--) members.set(block[state] ?? 0, state);
  const order: number[] = [];
  const visit = (state: number): number => {
    const id = block[state] ?? 0;
    const known = number.get(id);
    if (known !== undefined) return known;
    number.set(id, order.length + 2);
    return order.push(members.get(id) ?? 0) + 1;
  };
  const start = visit(dfa.start);
  const rows: number[] = [];
  for (let at = 0; at < order.length; at++) {
    const base = (order[at] ?? 0) * width;
    for (let cls = 0; cls < classes; cls++) rows.push(visit(table[base + cls] ?? 0));
    rows.push(table[base + classes] ?? 0);
  }
  const made = new Int32Array((order.length + 2) * width);
  made.fill(MATCHED, width, 2 * width);
  made.set(rows, 2 * width);
  return { classes, states: order.length + 2, start, table: made };
}

/** The block of each state. Blocks are stretches of `elements`; splitting moves marked elements to a block's front. */
function refine({ classes, states, table }: Dfa): Int32Array {
  const width = classes + 1;
  const { heads, sources } = invert(states, classes, table);
  const elements = new Int32Array(states);
  const place = new Int32Array(states);
  const block = new Int32Array(states);
  const first: number[] = [0];
  const end: number[] = [states];
  const marked: number[] = [0];
  for (let state = 0; state < states; state++) {
    elements[state] = state;
    place[state] = state;
  }
  const touched: number[] = [];
  const mark = (state: number): void => {
    const id = block[state] ?? 0;
    const at = place[state] ?? 0;
    const to = (first[id] ?? 0) + (marked[id] ?? 0);
    if (at < to) return;
    const other = elements[to] ?? 0;
    elements[to] = state;
    elements[at] = other;
    place[state] = to;
    place[other] = at;
    if (marked[id] === 0) touched.push(id);
    marked[id] = (marked[id] ?? 0) + 1;
  };
  const waiting: number[] = [];
  const split = (): void => {
    for (const id of touched) {
      const from = first[id] ?? 0;
      const middle = from + (marked[id] ?? 0);
      const to = end[id] ?? 0;
      marked[id] = 0;
      if (middle === to) continue;
      // The smaller half becomes the new block: each state is moved at most log n times.
      const made = first.length;
      const [start, stop] = middle - from <= to - middle ? [from, middle] : [middle, to];
      first.push(start);
      end.push(stop);
      marked.push(0);
      if (start === from) first[id] = middle;
      else end[id] = middle;
      for (let at = start; at < stop; at++) block[elements[at] ?? 0] = made;
      waiting.push(made);
    }
    touched.length = 0;
  };
  for (let state = 0; state < states; state++) if ((table[state * width + classes] ?? 0) === 1) mark(state);
  split();
  waiting.push(0);
  const splitter: number[] = [];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    splitter.length = 0;
    for (let at = first[id] ?? 0; at < (end[id] ?? 0); at++) splitter.push(elements[at] ?? 0);
    for (let cls = 0; cls < classes; cls++) {
      for (const state of splitter) {
        const key = cls * states + state;
        for (let s = heads[key] ?? 0; s < (heads[key + 1] ?? 0); s++) mark(sources[s] ?? 0);
      }
      split();
    }
  }
  return block;
}

/** For each class and state, which states lead there: `sources` from `heads[cls * states + state]` up to the next head. */
function invert(
  states: number,
  classes: number,
  table: Int32Array,
): { heads: Int32Array; sources: Int32Array } {
  const width = classes + 1;
  const heads = new Int32Array(classes * states + 1);
  const each = (visit: (key: number, source: number) => void): void => {
    for (let state = 0; state < states; state++) {
      for (let cls = 0; cls < classes; cls++) visit(cls * states + (table[state * width + cls] ?? 0), state);
    }
  };
  each((key) => {
    heads[key + 1] = (heads[key + 1] ?? 0) + 1;
  });
  for (let key = 0; key < classes * states; key++) heads[key + 1] = (heads[key + 1] ?? 0) + (heads[key] ?? 0);
  const next = heads.slice();
  const sources = new Int32Array(classes * states);
  each((key, source) => {
    const at = next[key] ?? 0;
    sources[at] = source;
    next[key] = at + 1;
  });
  return { heads, sources };
}
