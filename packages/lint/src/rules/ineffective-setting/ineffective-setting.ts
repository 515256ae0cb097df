import type { PolicySpec } from '@agentpolicy/spec';
import { atKey } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';

interface Setting {
  readonly pointer: string;
  readonly isSet: (spec: PolicySpec) => boolean;
  readonly works: (spec: PolicySpec) => boolean;
  readonly needs: string;
}

/** Fields that are read only where another one says so. */
const SETTINGS: readonly Setting[] = [
  {
    pointer: '/spec/dlp/on_request_match',
    isSet: ({ dlp }) => dlp?.on_request_match !== undefined,
    works: ({ dlp }) => dlp?.scan_requests === true,
    needs: 'scan_requests: true',
  },
  {
    pointer: '/spec/dlp/on_redaction_failure',
    isSet: ({ dlp }) => dlp?.on_redaction_failure !== undefined,
    works: ({ dlp }) => dlp?.on_request_match === 'redact',
    needs: 'on_request_match: redact',
  },
  {
    pointer: '/spec/server/fail_open_constraints',
    isSet: ({ server }) => server?.fail_open_constraints !== undefined,
    works: ({ server }) => server?.failover_mode === 'fail_open',
    needs: 'failover_mode: fail_open',
  },
  {
    pointer: '/spec/identity/nonce_storage/address',
    isSet: ({ identity }) => identity?.nonce_storage?.address !== undefined,
    works: ({ identity }) => (identity?.nonce_storage?.type ?? 'memory') !== 'memory',
    needs: 'type: redis` or `type: postgres',
  },
  {
    pointer: '/spec/identity/keys/key_path',
    isSet: ({ identity }) => identity?.keys?.key_path !== undefined,
    works: ({ identity }) => identity?.keys?.key_source === 'file',
    needs: 'key_source: file',
  },
  {
    pointer: '/spec/registry/revocation/crl_path',
    isSet: ({ registry }) => registry?.revocation?.crl_path !== undefined,
    works: ({ registry }) => registry?.revocation?.mode === 'crl',
    needs: 'mode: crl',
  },
];

export const ineffectiveSetting: Rule = {
  meta: {
    name: 'ineffective-setting',
    category: 'correctness',
    severity: SEVERITIES.notable,
    fixable: false,
    summary: 'A field is read only together with another one that the policy does not set.',
    options: {},
  },
  *check({ spec }) {
    for (const { pointer, isSet, works, needs } of SETTINGS) {
      if (!isSet(spec) || works(spec)) continue;
      yield {
        place: atKey(pointer),
        message: `\`${pointer.split('/').at(-1)}\` has no effect without \`${needs}\``,
        help: `add \`${needs}\`, or remove the field`,
      };
    }
  },
};
