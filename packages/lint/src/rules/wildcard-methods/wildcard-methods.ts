import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';

export const wildcardMethods: Rule = {
  meta: {
    name: 'wildcard-methods',
    category: 'security',
    severity: SEVERITIES.likely,
    fixable: false,
    summary: '`*` in `allowed_methods` opens every method, also those that no rule for tools stops.',
    options: {},
  },
  *check(model) {
    for (const { name, pointer } of model.allowedMethods) {
      if (name !== '*') continue;
      const open = model.allowsMethod('resources/read') ? ', `resources/read` among them' : '';
      yield {
        place: atValue(pointer),
        message: `every method is allowed${open}, and those that later versions of MCP add`,
        help: 'list the methods that the agent needs',
      };
    }
  },
};
