import { parseSize } from '@agentpolicy/spec';
import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import { quote } from '../../facts/quote.ts';

export const limitedScan: Rule = {
  meta: {
    name: 'limited-scan',
    category: 'security',
    severity: SEVERITIES.notable,
    fixable: false,
    summary: '`max_scan_size` leaves the rest of a large response unscanned.',
    options: {
      minimumBytes: {
        type: 'integer',
        default: 1048576,
        minimum: 1,
        description: 'accept a limit of at least this many bytes',
      },
    },
  },
  *check({ spec: { dlp } }, options) {
    if (dlp?.max_scan_size === undefined) return;
    const size = parseSize(dlp.max_scan_size);
    if (!size.ok || size.value >= options.integer('minimumBytes')) return;
    yield {
      place: atValue('/spec/dlp/max_scan_size'),
      message: `what lies beyond ${quote(dlp.max_scan_size)} of a message is not scanned: a secret only has to stand behind it`,
      help: 'remove the field: scanning takes time in proportion to the message, whatever it holds',
    };
  },
};
