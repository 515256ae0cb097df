import { escapeControls } from '../terminal/printable.ts';

/** Longer texts help nobody in a hover. */
const MAX_LENGTH = 120;

/** A text as inline code, whatever it holds. */
export function showCode(text: string): string {
  const cut = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
  const shown = escapeControls(cut);
  if (shown === '') return '(the empty text)';
  let fence = '`';
  while (shown.includes(fence)) fence += '`';
  // A space at both sides is taken off again where the code has backticks or spaces at its ends.
  const pad = /^[` ]|[` ]$/.test(shown) ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}
