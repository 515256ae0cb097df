import { atKey } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';

export const anyAatIssuer: Rule = {
  meta: {
    name: 'any-aat-issuer',
    category: 'security',
    severity: SEVERITIES.demanding,
    fixable: false,
    summary: 'Agent authentication tokens of every issuer that the registry knows are accepted.',
    options: {},
  },
  *check({ spec: { aat } }) {
    if (aat?.enabled !== true || (aat.trusted_issuers ?? []).length > 0) return;
    yield {
      place: atKey('/spec/aat'),
      message: 'no issuer is named: a token of any issuer whose key the registry has is accepted',
      help: 'list the issuers of your agents in `trusted_issuers`',
    };
  },
};
