import { atKey } from '../../engine/place.ts';
import type { Finding, Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';

export const disabledSection: Rule = {
  meta: {
    name: 'disabled-section',
    category: 'correctness',
    severity: SEVERITIES.likely,
    fixable: false,
    summary: 'A section demands something but is not enabled, so nothing of it holds.',
    options: {},
  },
  *check({ spec }) {
    const { identity, server, registry, aat } = spec;
    if (identity?.require_token === true && identity.enabled !== true) {
      yield report('identity', 'require_token', 'calls without a token pass');
    }
    if (aat?.require === true && aat.enabled !== true) {
      yield report('aat', 'require', 'calls without an agent authentication token pass');
    }
    if (aat?.trusted_issuers !== undefined && aat.require !== true && aat.enabled !== true) {
      yield report('aat', 'trusted_issuers', 'no token is looked at');
    }
    if (server?.listen !== undefined && server.enabled !== true) {
      yield report('server', 'listen', 'nothing listens');
    }
    if (registry?.endpoint !== undefined && registry.enabled !== true) {
      yield report('registry', 'endpoint', 'the registry is not asked, and nothing is ever revoked');
    }
  },
};

function report(section: string, field: string, consequence: string): Finding {
  return {
    place: atKey(`/spec/${section}/${field}`),
    message: `\`${field}\` has no effect while \`${section}\` is not enabled: ${consequence}`,
    help: `add \`enabled: true\` to \`${section}\`, or remove the section`,
  };
}
