import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';

export const forwardedRequestMatch: Rule = {
  meta: {
    name: 'forwarded-request-match',
    category: 'security',
    severity: SEVERITIES.likely,
    fixable: true,
    summary: 'A secret that is found in a request is logged and sent on.',
    options: {},
  },
  *check({ spec: { dlp } }) {
    if (dlp?.scan_requests !== true || dlp.on_request_match !== 'warn') return;
    yield {
      place: atValue('/spec/dlp/on_request_match'),
      message: '`warn` forwards a request with a secret in it unchanged',
      help: 'write `block`, which is the default, or `redact`',
      fixes: [
        {
          title: 'block such requests',
          safety: 'safe',
          edits: [{ kind: 'replace-scalar', pointer: '/spec/dlp/on_request_match', text: 'block' }],
        },
      ],
    };
  },
};
