/** Splits a name into its words, lower case: `runShell_command-v2` is `run`, `shell`, `command`, `v2`. */
export function splitWords(name: string): readonly string[] {
  const words: string[] = [];
  let word = '';
  let before: 'lower' | 'upper' | 'other' = 'other';
  for (const character of name) {
    const kind = kindOf(character);
    if (kind === 'other' || (kind === 'upper' && before === 'lower')) {
      if (word !== '') words.push(word);
      word = '';
    }
    if (kind !== 'other') word += character.toLowerCase();
    before = kind;
  }
  if (word !== '') words.push(word);
  return words;
}

function kindOf(character: string): 'lower' | 'upper' | 'other' {
  if (character >= 'A' && character <= 'Z') return 'upper';
  if ((character >= 'a' && character <= 'z') || (character >= '0' && character <= '9')) return 'lower';
  return 'other';
}
