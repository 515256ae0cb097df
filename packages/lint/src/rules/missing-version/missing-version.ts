import { atKey } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';

export const missingVersion: Rule = {
  meta: {
    name: 'missing-version',
    category: 'style',
    severity: SEVERITIES.taste,
    fixable: false,
    summary: 'The policy has no `metadata.version`.',
    options: {},
  },
  *check({ document }) {
    if (document.policy.metadata.version !== undefined) return;
    yield {
      place: atKey('/metadata'),
      message: 'the policy has no version',
      help: 'add `version`, quoted: a log then tells which policy decided',
    };
  },
};
