import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';

export const logOriginal: Rule = {
  meta: {
    name: 'log-original',
    category: 'security',
    severity: SEVERITIES.likely,
    fixable: true,
    summary: 'Secrets that `dlp` finds are written to the audit log.',
    options: {},
  },
  *check({ spec: { dlp } }) {
    if (dlp?.log_original_on_failure !== true) return;
    yield {
      place: atValue('/spec/dlp/log_original_on_failure'),
      message: 'the audit log holds the secrets of every request whose redaction failed',
      help: 'leave it off outside of an investigation with an end',
      fixes: [
        {
          title: 'turn it off',
          safety: 'safe',
          edits: [{ kind: 'replace-scalar', pointer: '/spec/dlp/log_original_on_failure', text: 'false' }],
        },
      ],
    };
  },
};
