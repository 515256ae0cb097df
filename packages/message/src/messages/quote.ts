const LONGEST_QUOTE = 80;

/** Control characters, line separators and marks that turn the direction of text. */
const UNTAME = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** Makes text of the wire harmless in a log or a dialog: of bounded length, what could forge a line as an escape. */
export function tameText(text: string, longest: number): string {
  const clipped = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return clipped.replace(UNTAME, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Quotes text of the wire in a reason, in backticks. */
export function quoteForPeople(text: string): string {
  return `\`${tameText(text, LONGEST_QUOTE)}\``;
}
