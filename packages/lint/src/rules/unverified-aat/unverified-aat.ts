import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';

/** What is not looked at where a check is off (v1alpha3 §3.10). */
const CHECKS = [
  ['verify_signature', 'anybody can write a token'],
  ['verify_user_binding', 'a token passes without the user that it was issued for'],
  ['verify_capabilities', 'a token opens tools that it does not name'],
] as const;

export const unverifiedAat: Rule = {
  meta: {
    name: 'unverified-aat',
    category: 'security',
    severity: SEVERITIES.likely,
    fixable: true,
    summary: 'A check of agent authentication tokens is turned off.',
    options: {},
  },
  *check({ spec: { aat } }) {
    for (const [field, consequence] of CHECKS) {
      if (aat?.validation?.[field] !== false) continue;
      const pointer = `/spec/aat/validation/${field}`;
      yield {
        place: atValue(pointer),
        message: `\`${field}\` is off: ${consequence}`,
        help: 'remove the field: the check is on by default',
        fixes: [
          {
            title: 'turn the check on',
            safety: 'safe',
            edits: [{ kind: 'replace-scalar', pointer, text: 'true' }],
          },
        ],
      };
    }
  },
};
