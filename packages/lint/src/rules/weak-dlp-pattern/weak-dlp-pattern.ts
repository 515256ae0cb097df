import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';
import { SECRET_FORMS, type SecretForm } from '../../facts/secrets.ts';

export const weakDlpPattern: Rule = {
  meta: {
    name: 'weak-dlp-pattern',
    category: 'security',
    severity: SEVERITIES.notable,
    fixable: false,
    summary: 'A pattern of `dlp` is named after a well-known secret, but misses some of its forms.',
    options: {},
  },
  *check({ dlpPatterns }) {
    for (const { name, pointer, pattern } of dlpPatterns) {
      if (pattern.pattern === undefined) continue;
      const form = SECRET_FORMS.find((candidate) => isNamedAfter(name, candidate));
      if (form === undefined) continue;
      // The pattern may be for another secret of that name: it has to know one form at least.
      if (!form.samples.some(({ text }) => pattern.accepts(text))) continue;
      const missed = form.samples.filter(
        ({ text }) => !dlpPatterns.some((other) => other.pattern.accepts(text)),
      );
      const [first] = missed;
      if (first === undefined) continue;
      yield {
        place: atValue(`${pointer}/regex`),
        message: `${quote(name)} misses ${missed.map(({ what }) => what).join(', ')}, for example ${quote(shorten(first.text))}`,
        help: 'widen the pattern, or add another one for them',
      };
    }
  },
};

function isNamedAfter(name: string, form: SecretForm): boolean {
  const text = name.toLowerCase();
  return form.names.some((needed) => needed.every((word) => text.includes(word)));
}

/** Enough of a made-up secret to recognise its form. */
function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 24)}…` : text;
}
