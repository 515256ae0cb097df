import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';

export const policyName: Rule = {
  meta: {
    name: 'policy-name',
    category: 'style',
    severity: SEVERITIES.taste,
    fixable: false,
    summary: 'The name of the policy is not in kebab-case of at most 63 characters.',
    options: {},
  },
  *check({ document }) {
    const { name } = document.policy.metadata;
    if (name.length <= 63 && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)) return;
    yield {
      place: atValue('/metadata/name'),
      message: `${quote(name)} is no name in kebab-case of at most 63 characters`,
      help: 'such names fit into logs, file names, labels and addresses everywhere',
    };
  },
};
