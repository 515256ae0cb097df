import type { LoadedProgram } from './loaded-program.ts';
import { NfaMatcher } from './nfa-matcher.ts';
import { RegexError } from './regex-error.ts';
import { replaceSpans } from './replace.ts';
import { Scanner } from './scanner.ts';

/** One pattern of a redactor. */
export interface RedactorItem {
  /** Stands in the replacement `[REDACTED:<name>]`, literally. */
  readonly name: string;
  /** A program compiled for `spans`. */
  readonly program: LoadedProgram;
}

export interface Redaction {
  readonly text: string;
  /** Number of replacements by each pattern, in the order of the items. */
  readonly counts: readonly number[];
}

export interface Redactor {
  /**
   * Replaces every match of every pattern. The result is that of applying the patterns one after the other,
   * each to what the one before it left. Time is linear in the text. Throws `RegexError`
   * `redaction-too-large` where patterns match each other's replacements so often that the text grows
   * beyond 16 times its length (and 1 MiB).
   */
  redact(text: string): Redaction;
  /** Whether any pattern matches: false means that `redact` changes nothing. */
  mightMatch(text: string): boolean;
}

const GROWTH = 16;
const GROWTH_FLOOR = 1 << 20;

/**
 * Makes a redactor of programs compiled for `spans`, in the order in which they apply. Throws `RegexError`
 * `wrong-use` on others.
 */
export function createRedactor(items: readonly RedactorItem[]): Redactor {
  const programs = items.map(({ program }) => {
    if (program instanceof NfaMatcher && program.info.use === 'spans') return program;
    throw new RegexError('wrong-use', 'a redactor needs programs compiled for spans');
  });
  const replacements = items.map(({ name }) => `[REDACTED:${name}]`);
  if (programs.length === 0) {
    return { redact: (text) => ({ text, counts: [] }), mightMatch: () => false };
  }
  // Made at the first use: loading a table should not wait for it.
  let made: Scanner | undefined;
  const scanner = (): Scanner => {
    made ??= new Scanner(programs, replacements);
    return made;
  };
  // A pattern that matches nothing at all matches everywhere: there is no part of the text to leave out.
  const everywhere = programs.some(({ info }) => info.matchesEmpty);
  return {
    redact: (text) => {
      const limit = Math.max(GROWTH_FLOOR, text.length * GROWTH);
      return everywhere ? redactInOrder(programs, replacements, text, limit) : scanner().redact(text, limit);
    },
    mightMatch: (text) => scanner().find(text, 0) >= 0,
  };
}

function redactInOrder(
  programs: readonly NfaMatcher[],
  replacements: readonly string[],
  original: string,
  limit: number,
): Redaction {
  let text = original;
  const counts = programs.map((program, index) => {
    const spans = program.findAll(text);
    text = replaceSpans(text, spans, replacements[index] ?? '', limit);
    return spans.length;
  });
  return { text, counts };
}
