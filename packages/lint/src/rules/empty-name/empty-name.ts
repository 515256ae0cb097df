import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';

export const emptyName: Rule = {
  meta: {
    name: 'empty-name',
    category: 'correctness',
    severity: SEVERITIES.fatal,
    fixable: false,
    summary: 'A name holds nothing but spaces and invisible characters, so nothing is left to compare.',
    options: {},
  },
  *check(model) {
    const entries = [
      ...model.allowed,
      ...model.denied,
      ...model.allowedMethods,
      ...model.deniedMethods,
      ...model.rules.map((rule) => ({ text: rule.tool, name: rule.name, pointer: `${rule.pointer}/tool` })),
    ];
    for (const { text, name, pointer } of entries) {
      if (name !== '') continue;
      yield {
        place: atValue(pointer),
        message: `${quote(text)} is empty once names are normalized`,
        help: 'remove the entry, or type the name again',
      };
    }
  },
};
