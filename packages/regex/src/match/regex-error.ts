/**
 * Why something failed: `bad-program` (a serialised program is damaged or of another format),
 * `pattern-too-large` (compiling would pass the limit on program size), `wrong-use` (spans asked of a
 * program that only matches), `redaction-too-large` (the replacements of one pattern are matched by the
 * next until the text explodes).
 */
export type RegexErrorCode = 'bad-program' | 'pattern-too-large' | 'wrong-use' | 'redaction-too-large';

/**
 * The one error class of this package. A pattern that RE2 refuses is not an exception: `parsePattern`
 * returns it.
 */
export class RegexError extends Error {
  readonly code: RegexErrorCode;
  /** The part of the pattern that is to blame, where there is one: UTF-16 offsets, `end` is exclusive. */
  readonly place: { readonly start: number; readonly end: number } | undefined;

  constructor(
    code: RegexErrorCode,
    message: string,
    place?: { readonly start: number; readonly end: number },
  ) {
    super(message);
    this.name = 'RegexError';
    this.code = code;
    this.place = place;
  }
}

/** Refuses a serialised program. */
export function badProgram(what: string): never {
  throw new RegexError('bad-program', `the compiled pattern is damaged: ${what}`);
}
