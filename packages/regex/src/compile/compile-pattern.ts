import { encodeAlphabet } from '../match/alphabet.ts';
import { encodeDfa, MAX_DFA_CELLS, MAX_DFA_STATES } from '../match/dfa-table.ts';
import { encodeNfa, type Nfa } from '../match/nfa.ts';
import { type PatternProgram, PROGRAM_FORMAT, type ProgramUse } from '../match/program.ts';
import type { Pattern } from '../syntax/tree.ts';
import { buildNfa } from './build-nfa.ts';
import { findConstant, findNeedle } from './constants.ts';
import { cutPrefix } from './cut-prefix.ts';
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
  if (options.use === 'spans') return writeNfa(buildNfa(pattern.root, limits.instructions), 'spans', limits);
  const constant = findConstant(pattern.root);
  if (constant !== undefined) return { ...MATCH, ...constant };
  const nfa = buildNfa(pattern.root, limits.instructions);
  const states = Math.min(limits.states, MAX_DFA_STATES - 2);
  const cells = Math.min(states * CELLS_A_STATE, MAX_DFA_CELLS / 2);
  const dfa = nfa.ops.length > MAX_EAGER_INSTRUCTIONS ? undefined : determinize(nfa, states, cells);
  return dfa === undefined
    ? writeNfa(nfa, 'match', limits)
    : writeDfa(minimize(dfa), nfa, findNeedle(pattern.root));
}

const MATCH = { format: PROGRAM_FORMAT, use: 'match' } as const;

function writeNfa(nfa: Nfa, use: ProgramUse, limits: CompileLimits): PatternProgram {
  return {
    format: PROGRAM_FORMAT,
    use,
    engine: nfa.ops.length > limits.lazyInstructions ? 'nfa' : 'lazy-dfa',
    instructions: nfa.ops.length,
    alphabet: encodeAlphabet(nfa.alphabet),
    nfa: encodeNfa(nfa),
  };
}

function writeDfa(minimal: Dfa, nfa: Nfa, needle: string): PatternProgram {
  if (minimal.start === MATCHED) return { ...MATCH, engine: 'all' };
  const whole = mergeClasses(minimal, nfa.alphabet);
  if (whole.dfa.start === DEAD) return { ...MATCH, engine: 'none' };
  const constant = listLanguage(whole.dfa, whole.alphabet);
  if (constant !== undefined) return { ...MATCH, ...constant };
  const { prefix, dfa, alphabet } = cutPrefix(whole.dfa, whole.alphabet);
  return {
    ...MATCH,
    engine: 'dfa',
    prefix,
    states: dfa.states,
    alphabet: encodeAlphabet(alphabet),
    table: encodeDfa(dfa.table, dfa.states, dfa.classes, dfa.start),
    needle: prefix === '' ? needle : '',
  };
}
