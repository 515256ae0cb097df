import { atKey } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';

export const nonStandardDeniedTools: Rule = {
  meta: {
    name: 'non-standard-denied-tools',
    category: 'compatibility',
    severity: SEVERITIES.likely,
    fixable: false,
    summary: '`denied_tools` is not in the specification, so another implementation may ignore it.',
    options: {},
  },
  *check(model) {
    if (model.spec.denied_tools === undefined) return;
    yield {
      place: atKey('/spec/denied_tools'),
      message:
        '`denied_tools` is not in the specification: an implementation that ignores it lets these tools through',
      help: 'a rule with `action: block` is refused everywhere; a tool that nothing names is refused anyway',
    };
  },
};
