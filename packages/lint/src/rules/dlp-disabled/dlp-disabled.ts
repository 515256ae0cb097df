import { atKey, atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';

export const dlpDisabled: Rule = {
  meta: {
    name: 'dlp-disabled',
    category: 'security',
    severity: SEVERITIES.likely,
    fixable: false,
    summary: 'The policy has a `dlp` section that is turned off, scans nothing, or has no pattern.',
    options: {},
  },
  *check({ spec: { dlp } }) {
    if (dlp === undefined) return;
    if (dlp.enabled === false) {
      yield {
        place: atValue('/spec/dlp/enabled'),
        message: '`dlp` is turned off: nothing is scanned, whatever its patterns say',
        help: 'remove `enabled: false`, or remove the section',
      };
    } else if (dlp.patterns.length === 0) {
      yield {
        place: atKey('/spec/dlp/patterns'),
        message: '`dlp` has no pattern: nothing is ever found',
        help: 'add patterns for the keys and tokens that your tools could come across',
      };
    } else if (dlp.scan_responses === false && dlp.scan_requests !== true) {
      yield {
        place: atValue('/spec/dlp/scan_responses'),
        message: '`dlp` scans neither responses nor requests',
        help: 'remove `scan_responses: false`, or set `scan_requests: true`',
      };
    }
  },
};
