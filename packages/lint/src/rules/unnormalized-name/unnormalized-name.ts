import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';

export const unnormalizedName: Rule = {
  meta: {
    name: 'unnormalized-name',
    category: 'style',
    severity: SEVERITIES.taste,
    fixable: false,
    summary: 'A name of a tool is not written in the form in which names are compared, beyond its case.',
    options: {},
  },
  *check(model) {
    const entries = [
      ...model.allowed,
      ...model.denied,
      ...model.rules.map((rule) => ({ text: rule.tool, name: rule.name, pointer: `${rule.pointer}/tool` })),
    ];
    for (const { text, name, pointer } of entries) {
      // Servers spell tools in camel case; that a policy does too helps its readers.
      if (name === '' || name === text.toLowerCase()) continue;
      yield {
        place: atValue(pointer),
        message: `${quote(text)} is compared as ${quote(name)}`,
        help: `write ${quote(name)}`,
      };
    }
  },
};
