import { findNearestName } from '@agentpolicy/spec';
import { atKey } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';
import { pairRules } from '../../model/tool-schema.ts';

export const unknownArgument: Rule = {
  meta: {
    name: 'unknown-argument',
    category: 'compatibility',
    severity: SEVERITIES.fatal,
    fixable: false,
    summary:
      "A rule constrains an argument that the tool's schema does not have (with a recorded tool list).",
    options: {},
  },
  *check(model) {
    for (const { rule, schema } of pairRules(model)) {
      if (!schema.isComplete) continue;
      for (const { name, pointer } of rule.arguments) {
        if (schema.properties.has(name)) continue;
        const near = findNearestName(name, schema.properties.keys());
        yield {
          place: atKey(pointer),
          message: `${quote(rule.tool)} has no argument ${quote(name)}: every call is refused, because it is missing`,
          help: near === undefined ? 'remove it, or record the tools again' : `did you mean ${quote(near)}?`,
        };
      }
    }
  },
};
