import { getMember, stringOf } from '@agentpolicy/core';
import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { listNames } from '../../facts/list-names.ts';
import { quote } from '../../facts/quote.ts';
import { pairRules } from '../../model/tool-schema.ts';

export const enumMismatch: Rule = {
  meta: {
    name: 'enum-mismatch',
    category: 'compatibility',
    severity: SEVERITIES.fatal,
    fixable: false,
    summary: "A pattern accepts none of the values that the tool's schema lists (with a recorded tool list).",
    options: {},
  },
  *check(model) {
    for (const { rule, schema } of pairRules(model)) {
      for (const { name, pointer, pattern } of rule.arguments) {
        const property = schema.properties.get(name);
        const list = property?.kind === 'object' ? getMember(property, 'enum') : undefined;
        if (list?.kind !== 'array' || list.items.length === 0 || pattern.pattern === undefined) continue;
        const values = list.items.map(stringOf);
        if (values.some(pattern.accepts)) continue;
        yield {
          place: atValue(pointer),
          message: `${quote(pattern.source)} accepts none of the values that ${quote(name)} can have: ${listNames(values)}`,
          help: 'match the values as the schema writes them, case included',
        };
      }
    }
  },
};
