/** Writes text as a pattern that matches it and nothing else; what is not printable ASCII becomes an escape. */
export function escapeLiteral(text: string): string {
  let pattern = '';
  for (const character of text)
    pattern += /[\\^$.*+?()[\]{}|]/.test(character) ? `\\${character}` : escapeCharacter(character);
  return pattern;
}

/** Text without half a surrogate pair, which no pattern can spell. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** A character inside or outside of a class, as long as it is none that has a meaning there. */
function escapeCharacter(character: string): string {
  if (character >= ' ' && character <= '~') return character;
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  if (character === '\r') return '\\r';
  return `\\x{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
}

/** As many different characters besides letters and digits as a class spells out. */
const MAX_SPELT = 12;

/**
 * The class of the characters of some texts: letters and digits as ranges, the rest one by one. Undefined
 * where it would be long, or where a text holds what no pattern can match.
 */
export function describeClass(texts: Iterable<string>, base = ''): string | undefined {
  const found = new Set<string>(base);
  for (const text of texts) {
    if (!isWellFormed(text)) return undefined;
    for (const character of text) found.add(character);
  }
  const characters = [...found];
  const has = (range: RegExp): boolean => characters.some((character) => range.test(character));
  const letters = (has(/[A-Z]/) ? 'A-Z' : '') + (has(/[a-z]/) ? 'a-z' : '') + (has(/[0-9]/) ? '0-9' : '');
  const rest = characters.filter((character) => !/[A-Za-z0-9]/.test(character)).sort();
  if (rest.length > MAX_SPELT || rest.length + letters.length === 0) return undefined;
  const spelt = rest.filter((character) => character !== '-').map(escapeInClass);
  // A hyphen at the end is one.
  return `[${letters}${spelt.join('')}${rest.includes('-') ? '-' : ''}]`;
}

function escapeInClass(character: string): string {
  return /[\\\]^[&~]/.test(character) ? `\\${character}` : escapeCharacter(character);
}
