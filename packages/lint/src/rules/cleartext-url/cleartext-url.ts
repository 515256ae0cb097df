import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { isAddressArgument } from '../../facts/argument-kinds.ts';
import { quote } from '../../facts/quote.ts';
import { isNearlyUniversal } from '../../patterns/universal.ts';

/** Machines of one's own: what is sent to them stays there. */
const LOCAL = /^http:\/\/(?:localhost|127\.|\[::1\]|0\.0\.0\.0|host\.docker\.internal)/;

export const cleartextUrl: Rule = {
  meta: {
    name: 'cleartext-url',
    category: 'security',
    severity: SEVERITIES.likely,
    fixable: false,
    summary: 'A pattern for an address accepts `http://`, which anybody on the way can read and change.',
    options: {},
  },
  *check({ constrained }) {
    for (const { argument } of constrained) {
      const { pattern } = argument;
      if (isNearlyUniversal(pattern)) continue;
      if (!pattern.source.includes('://') && !isAddressArgument(argument.name)) continue;
      const example = findCleartext(pattern.examples, pattern.accepts);
      if (example === undefined || LOCAL.test(example)) continue;
      yield {
        place: atValue(argument.pointer),
        message: `${quote(pattern.source)} accepts addresses without encryption: ${quote(example)} passes`,
        help: 'write `https://` in the pattern',
      };
    }
  },
};

/** Only patterns that speak of a scheme: a pattern for a bare host says nothing about one. */
function findCleartext(examples: readonly string[], accepts: (text: string) => boolean): string | undefined {
  for (const example of examples) {
    const cleartext = example.replace(/^[a-z]*:\/\//, 'http://');
    if (cleartext.startsWith('http://') && accepts(cleartext) && !accepts(cleartext.slice(7)))
      return cleartext;
  }
  return undefined;
}
