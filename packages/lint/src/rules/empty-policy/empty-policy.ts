import { atKey } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';

export const emptyPolicy: Rule = {
  meta: {
    name: 'empty-policy',
    category: 'correctness',
    severity: SEVERITIES.likely,
    fixable: false,
    summary: 'The policy lets no tool through at all.',
    options: {},
  },
  *check({ spec, permitted }) {
    // With `aat_only` the tools come from the agent's token.
    if (permitted.length > 0 || spec.aat?.capabilities_mode === 'aat_only') return;
    yield {
      place: atKey('/spec'),
      message:
        spec.mode === 'monitor'
          ? 'no tool is allowed: every call is logged as a violation'
          : 'no tool is allowed: every call is refused',
      help: 'list the tools in `allowed_tools`, or give them rules',
    };
  },
};
