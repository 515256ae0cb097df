import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';
import { isAnchoredAtEnd, isAnchoredAtStart } from '../../patterns/shape.ts';

export const anchoredDlpPattern: Rule = {
  meta: {
    name: 'anchored-dlp-pattern',
    category: 'correctness',
    severity: SEVERITIES.likely,
    fixable: false,
    summary:
      'A pattern of `dlp` is tied to the start or the end of the text, so it misses what stands inside.',
    options: {},
  },
  *check({ dlpPatterns }) {
    for (const { name, pointer, pattern } of dlpPatterns) {
      if (pattern.pattern === undefined || pattern.accepts('')) continue;
      const start = isAnchoredAtStart(pattern.pattern.root);
      const end = isAnchoredAtEnd(pattern.pattern.root);
      if (!start && !end) continue;
      const { example } = pattern;
      if (example === undefined) continue;
      const hidden = `${start ? 'key: ' : ''}${example}${end ? ' (key)' : ''}`;
      if (pattern.accepts(hidden)) continue;
      yield {
        place: atValue(`${pointer}/regex`),
        message: `${quote(name)} misses ${quote(hidden)}: it is tied to the ${start && end ? 'whole text' : start ? 'start' : 'end'}`,
        help: 'patterns of `dlp` are searched in whole responses: use `\\b` instead of `^` and `$`',
      };
    }
  },
};
