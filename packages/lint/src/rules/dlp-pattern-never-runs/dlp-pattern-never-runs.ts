import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';

export const dlpPatternNeverRuns: Rule = {
  meta: {
    name: 'dlp-pattern-never-runs',
    category: 'correctness',
    severity: SEVERITIES.likely,
    fixable: false,
    summary: 'A pattern of `dlp` is for a direction that is not scanned.',
    options: {},
  },
  *check({ spec, dlpPatterns }) {
    const { dlp } = spec;
    if (dlp === undefined || dlp.enabled === false) return;
    for (const { name, pointer, scope } of dlpPatterns) {
      const off =
        scope === 'request' && dlp.scan_requests !== true
          ? '`scan_requests` is not on'
          : scope === 'response' && dlp.scan_responses === false
            ? '`scan_responses` is off'
            : undefined;
      if (off === undefined) continue;
      yield {
        place: atValue(`${pointer}/scope`),
        message: `${quote(name)} never runs: its scope is ${scope}s, and ${off}`,
        help: scope === 'request' ? 'set `scan_requests: true`' : 'remove `scan_responses: false`',
      };
    }
  },
};
