import { atValue } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';

/** The constraints without which an outage opens more than it has to (v1alpha2 §3.8.3). */
const BOUNDS = ['allowed_tools', 'max_duration', 'max_requests'] as const;

export const failOpen: Rule = {
  meta: {
    name: 'fail-open',
    category: 'security',
    severity: SEVERITIES.likely,
    fixable: true,
    summary: 'When the validation server is out of reach, calls pass without limits.',
    options: {},
  },
  *check({ spec: { server } }) {
    if (server?.failover_mode !== 'fail_open') return;
    const constraints = server.fail_open_constraints;
    const missing = BOUNDS.filter((bound) => constraints?.[bound] === undefined);
    if (missing.length === 0) return;
    yield {
      place: atValue('/spec/server/failover_mode'),
      message:
        constraints === undefined
          ? 'whoever can make the validation server fail can call every tool'
          : `an outage opens the policy without ${missing.map((bound) => `\`${bound}\``).join(', ')}`,
      help: `write \`fail_closed\` or \`local_policy\`, or set ${BOUNDS.map((bound) => `\`${bound}\``).join(', ')} in \`fail_open_constraints\``,
      fixes: [
        {
          title: 'refuse calls while the server is out of reach',
          safety: 'safe',
          edits: [{ kind: 'replace-scalar', pointer: '/spec/server/failover_mode', text: 'fail_closed' }],
        },
      ],
    };
  },
};
