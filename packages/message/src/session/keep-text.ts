/** The longest text that a session remembers of a message. */
export const LONGEST_KEPT = 1024;

/** V8 makes a slice shorter than this a string of its own; only a longer one points into what it was cut from. */
const SHORTEST_SLICE = 13;

/**
 * The same text as a string of its own. A slice keeps the whole string in memory that it was cut from: what
 * a session remembers must not keep every line alive that it came in.
 */
export function copyText(text: string): string {
  return text.length < SHORTEST_SLICE ? text : ` ${text}`.slice(1);
}

/** A copy of a text's beginning. */
export function keepText(text: string): string {
  return copyText(text.slice(0, LONGEST_KEPT));
}
