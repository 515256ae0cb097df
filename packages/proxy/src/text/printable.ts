/** As many characters of a name from the wire as a log line shows. */
const MAX_SHOWN = 160;

/** What shows as it is; nearly every name is. */
const PLAIN = /^[ -~]*$/;

const NAMED_ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
]);

/**
 * Text from the wire as it may stand in a log line or a dialog: one line, of bounded length, without
 * anything that moves the cursor, hides, or turns the direction of what follows.
 */
export function printable(text: string, max = MAX_SHOWN): string {
  if (text.length <= max && PLAIN.test(text)) return text;
  let shown = '';
  let count = 0;
  for (const character of text) {
    if (count++ === max) return `${shown}…`;
    shown += showCharacter(character);
  }
  return shown;
}

/** As `printable`, between quotes, with quotes and backslashes inside escaped. */
export function quotePrintable(text: string): string {
  return `"${printable(
    text
      .slice(0, 4 * MAX_SHOWN)
      .replaceAll('\\', '\\\\')
      .replaceAll('"', '\\"'),
  )}"`;
}

/** Whole output of a server as it may stand on a terminal: what is no tab and does not show becomes an escape. */
export function tameOutput(text: string): string {
  if (PLAIN.test(text)) return text;
  let shown = '';
  for (const character of text) shown += character === '\t' ? character : showCharacter(character);
  return shown;
}

function showCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x20 && code < 0x7f) return character;
  const named = NAMED_ESCAPES.get(code);
  if (named !== undefined) return named;
  return isVisible(character) ? character : `\\u{${code.toString(16)}}`;
}

/** Letters, marks, numbers, punctuation and symbols show; controls, formats, separators and surrogates don't. */
function isVisible(character: string): boolean {
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character);
}
