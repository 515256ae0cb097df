/** Version of the serialised form. A loader refuses any other. */
export const PROGRAM_FORMAT = 1;

/** What a program answers: whether a text matches anywhere (`match`), or also where (`spans`). */
export type ProgramUse = 'match' | 'spans';

interface ProgramHead {
  readonly format: typeof PROGRAM_FORMAT;
}

/** Matches every text or none. */
export interface ConstantProgram extends ProgramHead {
  readonly use: 'match';
  readonly engine: 'all' | 'none';
}

/** The text is one of the strings, or starts with, ends in, or contains one of them. */
export interface LiteralProgram extends ProgramHead {
  readonly use: 'match';
  readonly engine: 'set' | 'prefix' | 'suffix' | 'contains';
  readonly strings: readonly string[];
}

/**
 * A minimised automaton for what follows `prefix`, which every matching text starts with. Patterns that only
 * differ in their prefix have the same automaton. `table` is described in `encodeDfa`.
 */
export interface DfaProgram extends ProgramHead {
  readonly use: 'match';
  readonly engine: 'dfa';
  readonly prefix: string;
  readonly states: number;
  readonly alphabet: string;
  readonly table: string;
  /** Text that every match contains; empty where there is none, or a prefix. */
  readonly needle: string;
}

/** An NFA, determinised piece by piece while it runs (`lazy-dfa`) or simulated (`nfa`). */
export interface NfaProgram extends ProgramHead {
  readonly use: ProgramUse;
  readonly engine: 'lazy-dfa' | 'nfa';
  readonly instructions: number;
  readonly alphabet: string;
  readonly nfa: string;
}

/** A compiled pattern: plain JSON, the same bytes for the same pattern. */
export type PatternProgram = ConstantProgram | LiteralProgram | DfaProgram | NfaProgram;

export type Engine = PatternProgram['engine'];
