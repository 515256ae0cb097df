import { encodeAlphabet } from '../match/alphabet.ts';
import { encodeDfa, MAX_DFA_CELLS, MAX_DFA_STATES } from '../match/dfa-table.ts';
import { encodeNfa, type Nfa } from '../match/nfa.ts';
import { type PatternProgram, PROGRAM_FORMAT, type ProgramUse } from '../match/program.ts';
import type { Pattern } from '../syntax/tree.ts';
import { buildNfa } from './build-nfa.ts';
import { type Constant, findConstant, findNeedle } from './constants.ts';
import { DEAD, type Dfa, determinize, MATCHED } from './determinize.ts';
import { listLanguage } from './list-language.ts';
import { mergeClasses } from './merge-classes.ts';
import { minimize } from './minimize.ts';

/** Budgets of compilation. */
export interface CompileLimits {
  /** NFA instructions; above it the pattern is refused as too large. At most 100,000. */
  readonly instructions: number;
  /** States of a complete automaton before minimisation; above it the automaton is built while it runs. */
  readonly states: number;
  /**
   * NFA instructions above which states of an automaton would be too large to keep, so that the NFA is
   * simulated.
   */
  readonly lazyInstructions: number;
}

export interface CompileOptions {
  /** What the program must answer; `match` unless given. */
  readonly use?: ProgramUse;
  readonly limits?: Partial<CompileLimits>;
}

const DEFAULT_LIMITS: CompileLimits = { instructions: 100_000, states: 4_000, lazyInstructions: 20_000 };
/** Entries of a table, and the work that may be spent on sets of instructions. */
const CELLS_A_STATE = 64;
const MAX_EAGER_INSTRUCTIONS = 5_000;

/**
 * Compiles a pattern into plain data for `loadProgram`. Never fails for the size of an automaton: what is
 * too large to be determinised is run as an NFA. Throws `RegexError` `pattern-too-large` only where the NFA
 * itself would pass its limit.
 */
export function compilePattern(pattern: Pattern, options: CompileOptions = {}): PatternProgram {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  if (options.use === 'spans') {
    const nfa = buildNfa(pattern.root, limits.instructions);
    return writeNfa(nfa, 'spans', limits, 'spans are found with the NFA’s instructions');
  }
  const constant = findConstant(pattern.root);
  if (constant !== undefined) return writeConstant(constant);
  const nfa = buildNfa(pattern.root, limits.instructions);
  const states = Math.min(limits.states, MAX_DFA_STATES - 2);
  const cells = Math.min(states * CELLS_A_STATE, MAX_DFA_CELLS / 2);
  const dfa = nfa.ops.length > MAX_EAGER_INSTRUCTIONS ? undefined : determinize(nfa, states, cells);
  if (dfa === undefined) {
    return writeNfa(nfa, 'match', limits, `the complete automaton has more than ${limits.states} states`);
  }
  return writeDfa(minimize(dfa), nfa, findNeedle(pattern.root));
}

function writeConstant({ engine, strings }: Constant): PatternProgram {
  const what = strings.length === 1 ? 'a constant string' : `${strings.length} constant strings`;
  return { format: PROGRAM_FORMAT, use: 'match', engine, why: `only compares with ${what}`, strings };
}

function writeNfa(nfa: Nfa, use: ProgramUse, limits: CompileLimits, why: string): PatternProgram {
  const simulated = nfa.ops.length > limits.lazyInstructions;
  return {
    format: PROGRAM_FORMAT,
    use,
    engine: simulated ? 'nfa' : 'lazy-dfa',
    why: simulated ? `the program has more than ${limits.lazyInstructions} instructions` : why,
    instructions: nfa.ops.length,
    alphabet: encodeAlphabet(nfa.alphabet),
    nfa: encodeNfa(nfa),
  };
}

function writeDfa(minimal: Dfa, nfa: Nfa, needle: string): PatternProgram {
  if (minimal.start === MATCHED) {
    return { format: PROGRAM_FORMAT, use: 'match', engine: 'all', why: 'every text matches' };
  }
  const { dfa, alphabet } = mergeClasses(minimal, nfa.alphabet);
  if (dfa.start === DEAD) {
    return { format: PROGRAM_FORMAT, use: 'match', engine: 'none', why: 'no text can match' };
  }
  const constant = listLanguage(dfa, alphabet);
  if (constant !== undefined) return writeConstant(constant);
  return {
    format: PROGRAM_FORMAT,
    use: 'match',
    engine: 'dfa',
    why: `its complete automaton has ${dfa.states} states and ${dfa.classes} classes of characters`,
    states: dfa.states,
    alphabet: encodeAlphabet(alphabet),
    table: encodeDfa(dfa.table, dfa.states, dfa.classes, dfa.start),
    needle,
  };
}
