/** Long enough for nearly every pattern: a cut one can't be copied from a message. */
const MAX_QUOTED = 200;

/** Puts the user's own text in backticks: on one line, control characters visible, shortened where it is long. */
export function quote(text: string): string {
  const characters = Array.from(text.length > 4 * MAX_QUOTED ? text.slice(0, 4 * MAX_QUOTED) : text);
  const shown = characters.slice(0, MAX_QUOTED).map(showCharacter).join('');
  return `\`${shown}${text.length > shown.length && characters.length > MAX_QUOTED ? '…' : ''}\``;
}

function showCharacter(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  if (character === '`') return '\\x60';
  const code = character.codePointAt(0) ?? 0;
  const hidden =
    code < 0x20 || (code >= 0x7f && code < 0xa0) || /[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(character);
  return hidden ? `\\u{${code.toString(16)}}` : character;
}
