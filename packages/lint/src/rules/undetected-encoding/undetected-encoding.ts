import { atKey } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';

export const undetectedEncoding: Rule = {
  meta: {
    name: 'undetected-encoding',
    category: 'security',
    severity: SEVERITIES.demanding,
    fixable: false,
    summary: 'Secrets are found as they are, but not when they are encoded in base64 or hexadecimal.',
    options: {},
  },
  *check({ spec: { dlp } }) {
    if (dlp === undefined || dlp.enabled === false || dlp.detect_encoding === true) return;
    yield {
      place: atKey('/spec/dlp'),
      message: 'an encoded secret is not found: a tool that encodes what it reads goes around every pattern',
      help: 'add `detect_encoding: true`',
    };
  },
};
