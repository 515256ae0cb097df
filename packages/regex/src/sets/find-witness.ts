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
  readonly key: string;
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
  const start: Visit = { ...product.start(), parent: undefined, char: '', penalty: 0 };
  const seen = new Set([start.key]);
  let layer: Visit[] = product.isHopeless(start.states) ? [] : [start];
  while (layer.length > 0) {
    layer.sort((a, b) => a.penalty - b.penalty);
    const member = layer.find((visit) => product.accepts(visit.states));
    if (member !== undefined) return { kind: 'found', text: spell(member) };
    const next = new Map<string, Visit>();
    for (const visit of layer) {
      for (const { cls, char, penalty } of product.moves) {
        const states = product.step(visit.states, cls);
        if (states === undefined) return { kind: 'unknown', why: 'an automaton has too many states' };
        if (product.isHopeless(states)) continue;
        const key = String.fromCharCode(...states.flatMap((state) => [state & 0xffff, state >>> 16]));
        if (seen.has(key)) continue;
        relax(next, { states, key, parent: visit, char, penalty: visit.penalty + penalty });
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

/** Keeps the more readable of two ways to one combination. */
function relax(next: Map<string, Visit>, made: Visit): void {
  const known = next.get(made.key);
  if (known === undefined || made.penalty < known.penalty) next.set(made.key, made);
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
  private readonly languages: readonly Language[];
  private readonly wanted: number;
  private readonly parts: readonly (readonly number[])[];

  constructor(wanted: readonly Language[], unwanted: readonly Language[]) {
    this.languages = [...wanted, ...unwanted];
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

  start(): { states: readonly number[]; key: string } {
    const states = this.languages.map((language) => language.start);
    return { states, key: String.fromCharCode(...states.flatMap((state) => [state & 0xffff, state >>> 16])) };
  }

  step(states: readonly number[], cls: number): readonly number[] | undefined {
    const out: number[] = [];
    for (const [index, language] of this.languages.entries()) {
      const next = language.next(states[index] ?? 0, this.parts[index]?.[cls] ?? 0);
      if (next === undefined) return undefined;
      out.push(next);
    }
    return out;
  }

  /** Whether no continuation can lead to a member. */
  isHopeless(states: readonly number[]): boolean {
    return states.some((state, index) => state === (index < this.wanted ? DEAD_STATE : MATCHED_STATE));
  }

  accepts(states: readonly number[]): boolean {
    return this.languages.every(
      (language, index) => language.accepts(states[index] ?? 0) === index < this.wanted,
    );
  }
}
