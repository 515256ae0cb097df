import { buildNfa } from '../compile/build-nfa.ts';
import { determinize } from '../compile/determinize.ts';
import { minimize } from '../compile/minimize.ts';
import type { Alphabet } from '../match/alphabet.ts';
import { SIDE } from '../match/looks.ts';
import { MAX_INSTRUCTIONS, type Nfa } from '../match/nfa.ts';
import { canRestart, Walker } from '../match/nfa-walk.ts';
import { findDominators } from '../match/simulation.ts';
import { HIT, StateIndex, type StateSet, Subset } from '../match/subset.ts';
import type { Pattern, PatternNode } from '../syntax/tree.ts';

/** Budgets of a language. */
export interface LanguageLimits {
  /** States that are computed at once and minimised; beyond it states are computed as they are asked for. */
  readonly eagerStates: number;
  /** States that may be computed in all; a question that needs more is answered with `unknown`. */
  readonly states: number;
}

const DEFAULT_LIMITS: LanguageLimits = { eagerStates: 1_000, states: 20_000 };

/** Dead and matched states of every language. */
export const DEAD_STATE = 0;
export const MATCHED_STATE = 1;

/**
 * The set of texts in which a pattern matches somewhere, as an automaton over classes of characters.
 * Questions about it are asked with `findWitness` and its relatives.
 */
export interface Language {
  readonly alphabet: Alphabet;
  readonly start: number;
  /** The state after one more character, or undefined where the budget is used up. */
  next(state: number, cls: number): number | undefined;
  /** Whether a text that ends in this state is a member. */
  accepts(state: number): boolean;
  /** Every state is known: no question uses a budget up, so that no answer depends on what was asked before. */
  readonly isComplete: boolean;
}

/** The language of a pattern. Throws `RegexError` `pattern-too-large` as `compilePattern` does. */
export function createLanguage(pattern: Pattern, limits: Partial<LanguageLimits> = {}): Language {
  return createLanguageOf(pattern.root, limits);
}

/** The language of a syntax tree. */
export function createLanguageOf(root: PatternNode, limits: Partial<LanguageLimits> = {}): Language {
  const { eagerStates, states } = { ...DEFAULT_LIMITS, ...limits };
  const nfa = buildNfa(root, MAX_INSTRUCTIONS);
  const eager =
    nfa.ops.length > 4 * eagerStates ? undefined : determinize(nfa, eagerStates, eagerStates * 64);
  if (eager === undefined) return new LazyLanguage(nfa, states);
  const { table, classes, start } = minimize(eager);
  const width = classes + 1;
  return {
    alphabet: nfa.alphabet,
    start,
    isComplete: true,
    next: (state, cls) => table[state * width + cls],
    accepts: (state) => state === MATCHED_STATE || table[state * width + classes] === 1,
  };
}

/** Computes states when they are asked for. */
class LazyLanguage implements Language {
  readonly alphabet: Alphabet;
  readonly start: number;
  readonly isComplete = false;
  private readonly subset: Subset;
  private readonly maxStates: number;
  private readonly restarts: boolean;
  private readonly index = new StateIndex();
  private readonly rows: Int32Array[] = [];

  constructor(nfa: Nfa, maxStates: number) {
    this.alphabet = nfa.alphabet;
    this.maxStates = maxStates;
    this.subset = new Subset(nfa, [nfa.start], 'search', findDominators(nfa));
    this.restarts = canRestart(new Walker(nfa), nfa.start);
    this.start = this.number(this.subset.begin(SIDE.edge));
  }

  next(state: number, cls: number): number | undefined {
    if (state <= MATCHED_STATE) return state;
    const row = this.rows[state - 2];
    const known = row?.[cls] ?? 0;
    if (known > 0) return known - 1;
    if (this.index.size >= this.maxStates) return undefined;
    const made = this.number(this.subset.step(this.index.get(state - 2), cls));
    if (row !== undefined) row[cls] = made + 1;
    return made;
  }

  accepts(state: number): boolean {
    return state === MATCHED_STATE || (state > 1 && this.subset.acceptsAtEnd(this.index.get(state - 2)));
  }

  private number(state: StateSet | typeof HIT): number {
    if (state === HIT) return MATCHED_STATE;
    if (state.length === 1 && !this.restarts) return DEAD_STATE;
    const id = this.index.add(state);
    if (id === this.rows.length) this.rows.push(new Int32Array(this.alphabet.size));
    return id + 2;
  }
}
