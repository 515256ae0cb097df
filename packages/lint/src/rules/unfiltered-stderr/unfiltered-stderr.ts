import { atKey } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';

export const unfilteredStderr: Rule = {
  meta: {
    name: 'unfiltered-stderr',
    category: 'security',
    severity: SEVERITIES.demanding,
    fixable: false,
    summary: 'Responses are scanned for secrets, but what the server writes to standard error is not.',
    options: {},
  },
  *check({ spec: { dlp } }) {
    if (dlp === undefined || dlp.enabled === false || dlp.filter_stderr === true) return;
    yield {
      place: atKey('/spec/dlp'),
      message: "the server's standard error is not scanned: stack traces and debug output hold secrets",
      help: 'add `filter_stderr: true`',
    };
  },
};
