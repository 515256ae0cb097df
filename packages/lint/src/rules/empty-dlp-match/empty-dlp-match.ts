import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';

export const emptyDlpMatch: Rule = {
  meta: {
    name: 'empty-dlp-match',
    category: 'correctness',
    severity: SEVERITIES.fatal,
    fixable: false,
    summary: 'A pattern of `dlp` matches the empty text, so it finds something everywhere.',
    options: {},
  },
  *check({ dlpPatterns }) {
    for (const { name, pointer, pattern } of dlpPatterns) {
      if (!pattern.accepts('')) continue;
      yield {
        place: atValue(`${pointer}/regex`),
        message: `${quote(name)} matches the empty text: every response is full of redactions`,
        help: 'let the pattern ask for at least one character of the secret',
      };
    }
  },
};
