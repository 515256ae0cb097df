import { atKey } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';

export const tokenNotRequired: Rule = {
  meta: {
    name: 'token-not-required',
    category: 'security',
    severity: SEVERITIES.demanding,
    fixable: false,
    summary: 'Tokens are issued and checked, but calls without one pass.',
    options: {},
  },
  *check({ spec: { identity, aat } }) {
    if (identity?.enabled === true && identity.require_token !== true) {
      yield {
        place: atKey('/spec/identity'),
        message: 'calls without an identity token pass',
        help: 'add `require_token: true` once every client sends tokens',
      };
    }
    if (aat?.enabled === true && aat.require !== true) {
      yield {
        place: atKey('/spec/aat'),
        message: 'calls without an agent authentication token pass',
        help: 'add `require: true` once every agent has a token',
      };
    }
  },
};
