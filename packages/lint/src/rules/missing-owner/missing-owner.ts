import { atKey } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';

export const missingOwner: Rule = {
  meta: {
    name: 'missing-owner',
    category: 'style',
    severity: SEVERITIES.taste,
    fixable: false,
    summary: 'The policy has no `metadata.owner`.',
    options: {},
  },
  *check({ document }) {
    if (document.policy.metadata.owner !== undefined) return;
    yield {
      place: atKey('/metadata'),
      message: 'the policy has no owner',
      help: 'add `owner` with an address that reaches a team',
    };
  },
};
