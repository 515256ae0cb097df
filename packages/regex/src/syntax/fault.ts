import type { PatternError, PatternErrorCode, Span } from './tree.ts';

/** Carries a finding out of the grammar's actions; it never leaves `parsePattern`. */
export class PatternFault extends Error {
  readonly error: PatternError;

  constructor(error: PatternError) {
    super(error.message);
    this.error = error;
  }
}

export function refuse(code: PatternErrorCode, place: Span, message: string, hint: string): never {
  throw new PatternFault({ code, message, hint, start: place.start, end: place.end });
}

const MAX_QUOTE = 40;

/** A piece of the pattern in a message: one line, not too long, in backticks. */
export function quote(text: string): string {
  const shown = [...text]
    .slice(0, MAX_QUOTE)
    .map((char) => (char < ' ' || char === '\u007f' ? `\\x${hexOf(char)}` : char))
    .join('');
  return `\`${shown}${text.length > shown.length && shown.length >= MAX_QUOTE ? '…' : ''}\``;
}

function hexOf(char: string): string {
  return char.charCodeAt(0).toString(16).padStart(2, '0');
}
