import { atKey } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';

export const dlpMissing: Rule = {
  meta: {
    name: 'dlp-missing',
    category: 'security',
    severity: SEVERITIES.demanding,
    fixable: false,
    summary: 'The policy has no data-loss prevention: secrets in responses reach the agent.',
    options: {},
  },
  *check({ spec, permitted }) {
    if (spec.dlp !== undefined || permitted.length === 0) return;
    yield {
      place: atKey('/spec'),
      message: 'responses are not scanned for secrets: there is no `dlp`',
      help: 'add `dlp` with patterns for the keys and tokens that your tools could come across',
    };
  },
};
