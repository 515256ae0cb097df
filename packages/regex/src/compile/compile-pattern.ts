import { encodeAlphabet } from '../match/alphabet.ts';
import { encodeNfa } from '../match/nfa.ts';
import { type PatternProgram, PROGRAM_FORMAT, type ProgramUse } from '../match/program.ts';
import type { Pattern } from '../syntax/tree.ts';
import { buildNfa } from './build-nfa.ts';

/** Budgets of compilation. */
export interface CompileLimits {
  /** NFA instructions; above it the pattern is refused as too large. At most 100,000. */
  readonly instructions: number;
}

export interface CompileOptions {
  /** What the program must answer; `match` unless given. */
  readonly use?: ProgramUse;
  readonly limits?: Partial<CompileLimits>;
}

const DEFAULT_LIMITS: CompileLimits = { instructions: 100_000 };

/**
 * Compiles a pattern into plain data for `loadProgram`. Never fails for the size of an automaton: what is too large to be determinised is run
 * as an NFA. Throws `RegexError` `pattern-too-large` only where the NFA itself would pass its limit.
 */
export function compilePattern(pattern: Pattern, options: CompileOptions = {}): PatternProgram {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const nfa = buildNfa(pattern.root, limits.instructions);
  return {
    format: PROGRAM_FORMAT,
    use: options.use ?? 'match',
    engine: 'nfa',
    why: 'simulated',
    instructions: nfa.ops.length,
    alphabet: encodeAlphabet(nfa.alphabet),
    nfa: encodeNfa(nfa),
  };
}
