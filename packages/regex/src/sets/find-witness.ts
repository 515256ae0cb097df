import { combineAlphabets } from '../match/combine.ts';
import { DEAD_STATE, type Language, MATCHED_STATE } from './language.ts';
import { pickRepresentatives, type Representative } from './readable.ts';

/** Which texts are looked for: members of all of `in` and of none of `notIn`. */
export interface WitnessQuery {
  readonly in?: readonly Language[];
  readonly notIn?: readonly Language[];
}

export interface WitnessLimits {
  /** Combinations of states that may be visited. */
  readonly pairs: number;
}

export type WitnessResult =
  | { readonly kind: 'found'; readonly text: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown'; readonly why: string };

const DEFAULT_LIMITS: WitnessLimits = { pairs: 200_000 };

interface Visit {
  readonly states: readonly number[];
  parent: Visit | undefined;
  char: string;
  penalty: number;
}

/**
 * Finds a shortest text that the query asks for; among the shortest, one that reads well (letters and
 * digits first). `none` is a proof that there is no such text; `unknown` says that the budget did not
 * suffice to tell.
 */
export function findWitness(query: WitnessQuery, limits: Partial<WitnessLimits> = {}): WitnessResult {
  const { pairs } = { ...DEFAULT_LIMITS, ...limits };
  const product = new Product(query.in ?? [], query.notIn ?? []);
  const start: Visit = { states: product.start, parent: undefined, char: '', penalty: 0 };
  const seen = new Set([keyOf(start.states)]);
  let layer: Visit[] = product.isHopeless(start.states) ? [] : [start];
  // Most moves lead to what is known: what they lead to is only kept where it is new.
  const reached: number[] = [];
  while (layer.length > 0) {
    layer.sort((a, b) => a.penalty - b.penalty);
    const member = layer.find((visit) => product.accepts(visit.states));
    if (member !== undefined) return { kind: 'found', text: spell(member) };
    const next = new Map<StateKey, Visit>();
    for (const visit of layer) {
      for (const { cls, char, penalty: more } of product.moves) {
        if (!product.step(visit.states, cls, reached))
          return { kind: 'unknown', why: 'an automaton has too many states' };
        if (product.isHopeless(reached)) continue;
        const key = keyOf(reached);
        if (seen.has(key)) continue;
        const penalty = visit.penalty + more;
        const known = next.get(key);
        if (known === undefined) next.set(key, { states: reached.slice(), parent: visit, char, penalty });
        else if (penalty < known.penalty) {
          // The more readable of two ways to one combination.
          known.parent = visit;
          known.char = char;
          known.penalty = penalty;
        }
      }
      if (seen.size + next.size > pairs) {
        return { kind: 'unknown', why: `more than ${pairs} combinations of states` };
      }
    }
    for (const key of next.keys()) seen.add(key);
    layer = [...next.values()];
  }
  return { kind: 'none' };
}

/** A combination of states: a number where it fits into one, else a text. */
type StateKey = number | string;

const MAX_DIGIT = 2 ** 17;
const MAX_DIGITS = 3;

function keyOf(states: readonly number[]): StateKey {
  let key = 0;
  for (const state of states) {
    if (state >= MAX_DIGIT || states.length > MAX_DIGITS) return states.join();
    key = key * MAX_DIGIT + state;
  }
  return key;
}

function spell(visit: Visit): string {
  const chars: string[] = [];
  for (let at: Visit | undefined = visit; at !== undefined; at = at.parent) chars.push(at.char);
  return chars.reverse().join('');
}

/** All languages side by side, over one alphabet. */
class Product {
  /** The classes in the order of their readability. */
  readonly moves: readonly (Representative & { readonly cls: number })[];
  readonly start: readonly number[];
  private readonly languages: readonly Language[];
  private readonly wanted: number;
  private readonly parts: readonly (readonly number[])[];

  constructor(wanted: readonly Language[], unwanted: readonly Language[]) {
    this.languages = [...wanted, ...unwanted];
    this.start = this.languages.map((language) => language.start);
    this.wanted = wanted.length;
    const { alphabet, parts } = combineAlphabets(
      this.languages.map((language) => language.alphabet),
      [0],
    );
    this.parts = parts;
    this.moves = pickRepresentatives(alphabet)
      .map((representative, cls) => ({ ...representative, cls }))
      .sort((a, b) => a.penalty - b.penalty || (a.char < b.char ? -1 : 1));
  }

  /** Writes the states after one more character to `out`; false where a budget is used up. */
  step(states: readonly number[], cls: number, out: number[]): boolean {
    const { languages, parts } = this;
    for (let index = 0; index < languages.length; index++) {
      const next = languages[index]?.next(states[index] ?? 0, parts[index]?.[cls] ?? 0);
      if (next === undefined) return false;
      out[index] = next;
    }
    return true;
  }

  /** Whether no continuation can lead to a member. */
  isHopeless(states: readonly number[]): boolean {
    for (let index = 0; index < states.length; index++) {
      if (states[index] === (index < this.wanted ? DEAD_STATE : MATCHED_STATE)) return true;
    }
    return false;
  }

  accepts(states: readonly number[]): boolean {
    return this.languages.every(
      (language, index) => language.accepts(states[index] ?? 0) === index < this.wanted,
    );
  }
}
