/** A pattern's text that stands for this very text: every character by its code point. */
export function spellLiteral(text: string): string {
  return Array.from(text, (char) =>
    isWordCharacter(char) ? char : `\\x{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  ).join('');
}

function isWordCharacter(char: string): boolean {
  return (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z') || (char >= '0' && char <= '9');
}
