import { parseDuration } from '@agentpolicy/spec';
import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';

/** What `token_ttl` is where the policy does not say (v1alpha2 §3.7.2). */
const DEFAULT_TTL = '5m';

export const longTransitionGrace: Rule = {
  meta: {
    name: 'long-transition-grace',
    category: 'security',
    severity: SEVERITIES.likely,
    fixable: false,
    summary: 'Tokens of the policy before this one stay good longer than a token lives.',
    options: {},
  },
  *check({ spec: { identity } }) {
    if (identity?.policy_transition_grace === undefined) return;
    const ttlText = identity.token_ttl ?? DEFAULT_TTL;
    const grace = parseDuration(identity.policy_transition_grace);
    const ttl = parseDuration(ttlText);
    if (!grace.ok || !ttl.ok || grace.value < ttl.value) return;
    yield {
      place: atValue('/spec/identity/policy_transition_grace'),
      message: `a change of the policy takes ${quote(identity.policy_transition_grace)} to hold for everybody; a token lives ${quote(ttlText)}`,
      help: 'write a time below `token_ttl`, as the specification recommends',
    };
  },
};
