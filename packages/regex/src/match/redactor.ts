import type { LoadedProgram } from './loaded-program.ts';
import { RegexError } from './regex-error.ts';

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
   * Replaces every match of every pattern. The result is that of applying the patterns one after the other, each to what the one before it
   * left. Time is linear in the text. Throws `RegexError` `redaction-too-large` where patterns match each other's replacements so often that
   * the text grows beyond 16 times its length (and 1 MiB).
   */
  redact(text: string): Redaction;
  /** Whether any pattern matches: false means that `redact` changes nothing. */
  mightMatch(text: string): boolean;
}

const GROWTH = 16;
const GROWTH_FLOOR = 1 << 20;

/** Makes a redactor of programs compiled for `spans`, in the order in which they apply. Throws `RegexError` `wrong-use` on others. */
export function createRedactor(items: readonly RedactorItem[]): Redactor {
  for (const { program } of items) {
    if (program.info.use !== 'spans')
      throw new RegexError('wrong-use', 'a redactor needs programs compiled for spans');
  }
  return {
    redact: (text) => redactInOrder(items, text),
    mightMatch: (text) => items.some(({ program }) => program.test(text)),
  };
}

function redactInOrder(items: readonly RedactorItem[], original: string): Redaction {
  const limit = Math.max(GROWTH_FLOOR, original.length * GROWTH);
  let text = original;
  const counts = items.map(({ name, program }) => {
    const spans = program.findAll(text);
    const replacement = `[REDACTED:${name}]`;
    if (text.length + spans.length * replacement.length > limit) {
      throw new RegexError('redaction-too-large', 'the patterns match each other’s replacements too often');
    }
    let out = '';
    let last = 0;
    for (const { start, end } of spans) {
      out += text.slice(last, start) + replacement;
      last = end;
    }
    text = out + text.slice(last);
    return spans.length;
  });
  return { text, counts };
}
