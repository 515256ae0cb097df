const MAX_QUOTED = 60;

/**
 * Puts the author's own text into a message: in backticks, on one line, shortened, with characters that
 * would be invisible or would act on a terminal written as escapes.
 */
export function quoteText(text: string): string {
  let shown = '';
  let count = 0;
  for (const character of text) {
    if (count === MAX_QUOTED) {
      shown += '…';
      break;
    }
    shown += showCharacter(character);
    count++;
  }
  return `\`${shown}\``;
}

function showCharacter(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  if (!/^[\p{C}\p{Zl}\p{Zp}]$/u.test(character)) return character === '`' ? "'" : character;
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff
    ? `\\U${code.toString(16).padStart(8, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}
