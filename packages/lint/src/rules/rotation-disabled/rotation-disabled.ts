import { parseDuration } from '@agentpolicy/spec';
import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';

export const rotationDisabled: Rule = {
  meta: {
    name: 'rotation-disabled',
    category: 'security',
    severity: SEVERITIES.notable,
    fixable: false,
    summary: 'Identity tokens are not rotated before they expire.',
    options: {},
  },
  *check({ spec: { identity } }) {
    if (identity?.rotation_interval === undefined) return;
    const interval = parseDuration(identity.rotation_interval);
    if (!interval.ok || interval.value > 0) return;
    yield {
      place: atValue('/spec/identity/rotation_interval'),
      message: 'tokens are not rotated: each is good until it expires',
      help: 'write an interval below `token_ttl`, or remove the field',
    };
  },
};
