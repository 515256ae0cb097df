import { quote } from './quote.ts';

const MAX_LISTED = 4;

/** Names in backticks, the first few of many: `a`, `b` and 3 more. */
export function listNames(names: readonly string[]): string {
  const shown = names.length <= MAX_LISTED ? names : names.slice(0, MAX_LISTED - 1);
  const more = names.length - shown.length;
  const quoted = shown.map(quote);
  const last = more > 0 ? `${more} more` : quoted.pop();
  return quoted.length === 0 ? (last ?? '') : `${quoted.join(', ')} and ${last}`;
}
