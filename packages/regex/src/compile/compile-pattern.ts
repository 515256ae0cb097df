import { type Alphabet, encodeAlphabet } from '../match/alphabet.ts';
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
import { splitLiteral } from './split-literal.ts';

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

/** Compiles the patterns of one policy: automata that several of them have are built once. */
export type PatternCompiler = (pattern: Pattern, options?: CompileOptions) => PatternProgram;

/**
 * Makes a compiler that gives what `compilePattern` gives and throws what it throws. It remembers automata of
 * what follows a constant prefix, as long as it is kept.
 */
export function createPatternCompiler(): PatternCompiler {
  const known = new Map<string, WriteProgram>();
  return (pattern, options = {}) => {
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    const { root } = pattern;
    if (options.use === 'spans') return writeNfa(buildNfa(root, limits.instructions), 'spans', limits);
    const constant = findConstant(root);
    if (constant !== undefined) return { ...MATCH, ...constant };
    const { literal, rest, key } = splitLiteral(pattern);
    const name = key === undefined ? undefined : `${limits.instructions} ${limits.states} ${key}`;
    const before = name === undefined ? undefined : known.get(name);
    if (before !== undefined) return before(literal, '');
    const nfa = buildNfa(rest, limits.instructions);
    const minimal = buildDfa(nfa, limits);
    if (minimal === undefined) {
      return writeNfa(literal === '' ? nfa : buildNfa(root, limits.instructions), 'match', limits);
    }
    const write = prepareProgram(minimal);
    if (name !== undefined) known.set(name, write);
    return write(literal, literal === '' ? findNeedle(root) : '');
  };
}

/**
 * Compiles a pattern into plain data for `loadProgram`. Never fails for the size of an automaton: what is
 * too large to be determinised is run as an NFA. Throws `RegexError` `pattern-too-large` only where the NFA
 * itself would pass its limit.
 */
export function compilePattern(pattern: Pattern, options: CompileOptions = {}): PatternProgram {
  return createPatternCompiler()(pattern, options);
}

/** A minimal automaton over the coarsest alphabet that it allows. */
interface MinimalDfa {
  readonly dfa: Dfa;
  readonly alphabet: Alphabet;
}

/** Undefined where the automaton would be too large. */
function buildDfa(nfa: Nfa, limits: CompileLimits): MinimalDfa | undefined {
  if (nfa.ops.length > MAX_EAGER_INSTRUCTIONS) return undefined;
  const states = Math.min(limits.states, MAX_DFA_STATES - 2);
  const dfa = determinize(nfa, states, Math.min(states * CELLS_A_STATE, MAX_DFA_CELLS / 2));
  return dfa === undefined ? undefined : mergeClasses(minimize(dfa), nfa.alphabet);
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

type WriteProgram = (literal: string, needle: string) => PatternProgram;

/** Writes the program of a literal and an automaton for what follows it; all that no literal changes is made once. */
function prepareProgram({ dfa: whole, alphabet: all }: MinimalDfa): WriteProgram {
  if (whole.start === DEAD) return () => ({ ...MATCH, engine: 'none' });
  if (whole.start === MATCHED || listLanguage(whole, all, '') !== undefined) {
    return (literal) => {
      if (whole.start === MATCHED && literal === '') return { ...MATCH, engine: 'all' };
      const constant = listLanguage(whole, all, literal);
      return constant === undefined ? writeDfa(whole, all)(literal, '') : { ...MATCH, ...constant };
    };
  }
  return writeDfa(whole, all);
}

function writeDfa(whole: Dfa, all: Alphabet): WriteProgram {
  const { prefix, dfa, alphabet } = cutPrefix(whole, all);
  const automaton = {
    states: dfa.states,
    alphabet: encodeAlphabet(alphabet),
    table: encodeDfa(dfa.table, dfa.states, dfa.classes, dfa.start),
  };
  return (literal, needle) => {
    const start = literal + prefix;
    return { ...MATCH, engine: 'dfa', prefix: start, ...automaton, needle: start === '' ? needle : '' };
  };
}
