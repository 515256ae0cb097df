import { atKey } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';
import { pairRules } from '../../model/tool-schema.ts';

export const optionalArgument: Rule = {
  meta: {
    name: 'optional-argument',
    category: 'compatibility',
    severity: SEVERITIES.notable,
    fixable: false,
    summary:
      'A rule constrains an argument that callers may leave out: calls without it are refused (with a recorded tool list).',
    options: {},
  },
  *check(model) {
    for (const { rule, schema } of pairRules(model)) {
      for (const { name, pointer } of rule.arguments) {
        if (!schema.properties.has(name) || schema.required.includes(name)) continue;
        yield {
          place: atKey(pointer),
          message: `${quote(name)} of ${quote(rule.tool)} is optional: a call without it is refused`,
          help: 'a constrained argument has to be there, whatever its pattern: make sure that clients send it',
        };
      }
    }
  },
};
