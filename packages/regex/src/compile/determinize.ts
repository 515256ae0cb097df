import { SIDE } from '../match/looks.ts';
import type { Nfa } from '../match/nfa.ts';
import { type Dominators, findDominators } from '../match/simulation.ts';
import { HIT, StateIndex, type StateSet, Subset } from '../match/subset.ts';

/**
 * A complete automaton over an alphabet's classes: whether some match lies in the text. State 0 is dead (no
 * match is possible any more), state 1 has matched; both lead to themselves. `table[state * (classes + 1) +
 * cls]` is the next state; the last column is 1 where the text may end.
 */
export interface Dfa {
  readonly classes: number;
  readonly states: number;
  readonly start: number;
  readonly table: Int32Array;
}

export const DEAD = 0;
export const MATCHED = 1;

/**
 * Builds all states, or undefined where there would be more than `maxStates` of them, or more than
 * `maxCells` entries. Dominators are only looked for where the automaton does not stay small without them;
 * what is left after minimisation is the same.
 */
export function determinize(nfa: Nfa, maxStates: number, maxCells: number): Dfa | undefined {
  const small = Math.min(maxStates, 2 * nfa.ops.length + 16);
  return explore(nfa, undefined, small, maxCells) ?? explore(nfa, findDominators(nfa), maxStates, maxCells);
}

function explore(
  nfa: Nfa,
  dominators: Dominators | undefined,
  maxStates: number,
  maxCells: number,
): Dfa | undefined {
  const subset = new Subset(nfa, [nfa.start], 'search', dominators);
  const classes = nfa.alphabet.size;
  const width = classes + 1;
  const index = new StateIndex();
  const rows: number[] = [];
  const add = (state: StateSet | typeof HIT): number => (state === HIT ? MATCHED : index.add(state) + 2);
  const start = add(subset.begin(SIDE.edge));
  for (let id = 0; id < index.size; id++) {
    const state = index.get(id);
    for (let cls = 0; cls < classes; cls++) rows.push(add(subset.step(state, cls)));
    rows.push(subset.acceptsAtEnd(state) ? 1 : 0);
    if (index.size > maxStates || rows.length > maxCells) return undefined;
  }
  const states = index.size + 2;
  const table = new Int32Array(states * width);
  table.fill(MATCHED, width, 2 * width);
  table.set(rows, 2 * width);
  return { classes, states, start, table };
}
