import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';

export const allowOriginal: Rule = {
  meta: {
    name: 'allow-original',
    category: 'security',
    severity: SEVERITIES.likely,
    fixable: true,
    summary: 'A request that could not be redacted is sent as it was, secrets included.',
    options: {},
  },
  *check({ spec: { dlp } }) {
    if (dlp?.on_redaction_failure !== 'allow_original') return;
    yield {
      place: atValue('/spec/dlp/on_redaction_failure'),
      message:
        '`allow_original` forwards the secret that was found: an attacker only has to make the redaction fail',
      help: 'write `block` or `reject`',
      fixes: [
        {
          title: 'block such requests',
          safety: 'safe',
          edits: [{ kind: 'replace-scalar', pointer: '/spec/dlp/on_redaction_failure', text: 'block' }],
        },
      ],
    };
  },
};
