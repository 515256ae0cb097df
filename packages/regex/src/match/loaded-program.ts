import type { Engine, ProgramUse } from './program.ts';
import type { Sieve } from './sieve.ts';
import type { Span } from './spans.ts';

/** What is known of a loaded program. */
export interface ProgramInfo {
  readonly use: ProgramUse;
  readonly engine: Engine;
  /** Why this engine was chosen. */
  readonly why: string;
  /** Whether the pattern can match no character at all; only said of programs for spans. */
  readonly matchesEmpty: boolean;
}

/**
 * A program that is ready to run. It keeps caches and is not shared between threads; answers never depend
 * on the caches.
 */
export interface LoadedProgram {
  readonly info: ProgramInfo;
  /** Whether the pattern matches anywhere in the text. Time is linear in the text. */
  test(text: string): boolean;
  /** Whether the pattern matches and nothing in the text is caught by the sieve: both in one reading where that is faster. */
  testClean(text: string, sieve: Sieve): boolean;
  /**
   * All leftmost-first matches as RE2 replaces them, in time linear in the text. Throws `RegexError`
   * `wrong-use` on a program for `match`.
   */
  findAll(text: string): readonly Span[];
  /**
   * How far the text can be read (in UTF-16 units) before no continuation could make it match any more; the
   * text's length where it matches or could still be continued to a match.
   */
  longestViablePrefix(text: string): number;
}
