import { parseDuration } from '@agentpolicy/spec';
import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';

export const longTokenTtl: Rule = {
  meta: {
    name: 'long-token-ttl',
    category: 'security',
    severity: SEVERITIES.likely,
    fixable: false,
    summary: 'Identity tokens live longer than the hour that the specification allows.',
    options: {
      maximumMinutes: {
        type: 'integer',
        default: 60,
        minimum: 1,
        description: 'accept tokens that live at most this many minutes',
      },
    },
  },
  *check({ spec: { identity } }, options) {
    if (identity?.token_ttl === undefined) return;
    const ttl = parseDuration(identity.token_ttl);
    if (!ttl.ok || ttl.value <= options.integer('maximumMinutes') * 60_000) return;
    yield {
      place: atValue('/spec/identity/token_ttl'),
      message: `a stolen token is good for ${quote(identity.token_ttl)}`,
      help: 'the specification recommends 5 to 15 minutes and no more than an hour; rotation renews tokens on its own',
    };
  },
};
