import { atKey } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { listNames } from '../../facts/list-names.ts';
import { quote } from '../../facts/quote.ts';
import { pairRules } from '../../model/tool-schema.ts';

export const unlistedRequiredArgument: Rule = {
  meta: {
    name: 'unlisted-required-argument',
    category: 'compatibility',
    severity: SEVERITIES.fatal,
    fixable: false,
    summary: 'A strict rule does not list an argument that the tool demands (with a recorded tool list).',
    options: {},
  },
  *check(model) {
    for (const { rule, schema } of pairRules(model)) {
      if (!rule.strict) continue;
      const listed = new Set(rule.arguments.map(({ name }) => name));
      const missing = schema.required.filter((name) => !listed.has(name));
      if (missing.length === 0) continue;
      yield {
        place: atKey(`${rule.pointer}/${listed.size > 0 ? 'allow_args' : 'tool'}`),
        message: `no call of ${quote(rule.tool)} can succeed: the tool demands ${listNames(missing)}, and the rule is strict and does not list ${missing.length === 1 ? 'it' : 'them'}`,
        help: 'add a pattern for each to `allow_args`',
      };
    }
  },
};
