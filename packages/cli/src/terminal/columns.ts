import stringWidth from 'string-width';

/** How wide the terminal is; undefined where nobody watches, and each line may be as long as it is. */
export type Columns = number | undefined;

/** What is read in lines, not in a list, is broken here at the latest: longer lines are hard to read. */
const MAX_TEXT = 100;
const MIN_TEXT = 40;
const DEFAULT_TEXT = 80;

export function readColumns(stream: { readonly isTTY?: boolean; readonly columns?: number }): Columns {
  return stream.isTTY === true ? (stream.columns ?? DEFAULT_TEXT) : undefined;
}

/** Lines of text that fit, broken at spaces; a word that is longer stands alone. */
export function wrap(text: string, columns: Columns, indent: string): readonly string[] {
  const limit = Math.max(Math.min(columns ?? DEFAULT_TEXT, MAX_TEXT), MIN_TEXT);
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    const isFirst = line === indent;
    if (!isFirst && stringWidth(line) + 1 + stringWidth(word) > limit) {
      lines.push(line);
      line = indent + word;
    } else line += isFirst ? word : ` ${word}`;
  }
  return [...lines, line];
}
