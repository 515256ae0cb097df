import { parseRateLimit } from '@agentpolicy/spec';
import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';

export const zeroRateLimit: Rule = {
  meta: {
    name: 'zero-rate-limit',
    category: 'correctness',
    severity: SEVERITIES.fatal,
    fixable: false,
    summary: 'A rate limit of zero refuses every call, and the reference implementation refuses the policy.',
    options: {},
  },
  *check({ rules }) {
    for (const rule of rules) {
      const text = rule.written.rate_limit;
      if (text === undefined) continue;
      const limit = parseRateLimit(text);
      if (!limit.ok || limit.value.count > 0) continue;
      yield {
        place: atValue(`${rule.pointer}/rate_limit`),
        message: `${quote(text)} refuses every call of ${quote(rule.tool)}`,
        help: 'write `action: block` to refuse the tool, or a limit of at least one call',
      };
    }
  },
};
