import { PatternFault } from './fault.ts';
import { readPattern } from './grammar.ts';
import type { ParseResult } from './tree.ts';

/** The longest pattern that is read, in UTF-16 code units. */
export const MAX_PATTERN_LENGTH = 65_536;

/**
 * Parses a pattern of the RE2 dialect, https://github.com/google/re2/wiki/Syntax. What RE2 refuses comes
 * back as an error with its place in the pattern; nothing is thrown.
 */
export function parsePattern(source: string): ParseResult {
  if (source.length > MAX_PATTERN_LENGTH) {
    return {
      ok: false,
      error: {
        code: 'pattern-too-large',
        message: `the pattern has ${source.length} characters, more than ${MAX_PATTERN_LENGTH}`,
        hint: 'split it into several patterns',
        start: MAX_PATTERN_LENGTH,
        end: source.length,
      },
    };
  }
  try {
    return { ok: true, pattern: { source, root: readPattern(source) } };
  } catch (error) {
    if (error instanceof PatternFault) return { ok: false, error: error.error };
    throw error;
  }
}
