import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';

export const monitorMode: Rule = {
  meta: {
    name: 'monitor-mode',
    category: 'security',
    severity: SEVERITIES.notable,
    fixable: false,
    summary: 'The policy only watches: calls that it would refuse are forwarded.',
    options: {},
  },
  *check({ spec }) {
    if (spec.mode !== 'monitor') return;
    yield {
      place: atValue('/spec/mode'),
      message: 'calls that break this policy are logged and forwarded',
      help: 'write `mode: enforce` once the log shows no violation that you want; rate limits, protected paths, denied methods and questions hold already',
    };
  },
};
