import { RegexError } from './regex-error.ts';
import type { Span } from './spans.ts';

/**
 * Puts `replacement` in the place of each span. Throws `RegexError` `redaction-too-large` where the text
 * would grow beyond `limit`.
 */
export function replaceSpans(
  text: string,
  spans: readonly Span[],
  replacement: string,
  limit: number,
): string {
  if (text.length + spans.length * replacement.length > limit) {
    throw new RegexError('redaction-too-large', 'the patterns match each other’s replacements too often');
  }
  let out = '';
  let last = 0;
  for (const { start, end } of spans) {
    out += text.slice(last, start) + replacement;
    last = end;
  }
  return out + text.slice(last);
}
