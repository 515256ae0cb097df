/**
 * What is no letter, mark, number, punctuation or symbol, and what shows nothing although it is one: controls,
 * separators, text direction, zero width, fillers, variation selectors, tags.
 */
const HIDDEN = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]|\p{Default_Ignorable_Code_Point}|\u2800/gu;

/** As many marks stand on a letter; more of them would paint over the lines above and below. */
const PILE = /(?<=\p{M}{3})\p{M}/gu;

/**
 * Text of an agent or a server as one line of a screen may show it: nothing moves the cursor, hides, turns the
 * direction of text or leaves the line. What would becomes an escape that can be read.
 */
export function tame(text: string): string {
  return text.replace(HIDDEN, escapeCharacter).replace(PILE, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return NAMED.get(character) ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);
