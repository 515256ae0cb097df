import { atKey } from '../../engine/place.ts';
import type { Rule } from '../../engine/rule.ts';
import { SEVERITIES } from '../../engine/severities.ts';
import type { PolicyModel } from '../../model/policy-model.ts';

/** Fields of the specification that the reference implementation does not read, and that fail open there. */
const DLP_FIELDS = ['scan_requests', 'scan_responses', 'max_scan_size', 'on_request_match'] as const;
const IDENTITY_FIELDS = [
  'nonce_window',
  'nonce_storage',
  'audience',
  'keys',
  'policy_transition_grace',
] as const;
const SERVER_FIELDS = ['failover_mode', 'timeout', 'fail_open_constraints'] as const;

export const referenceIgnoresField: Rule = {
  meta: {
    name: 'reference-ignores-field',
    category: 'compatibility',
    severity: SEVERITIES.demanding,
    fixable: false,
    summary: 'The reference implementation does not read a field, so what it demands does not hold there.',
    options: {},
  },
  *check(model) {
    for (const pointer of findIgnored(model)) {
      yield {
        place: atKey(pointer),
        message: `the reference implementation does not read \`${pointer.split('/').at(-1)}\``,
        help: 'do not rely on it where the policy runs there too',
      };
    }
  },
};

function* findIgnored({ spec, rules }: PolicyModel): Iterable<string> {
  if (spec.registry !== undefined) yield '/spec/registry';
  if (spec.aat !== undefined) yield '/spec/aat';
  for (const rule of rules) {
    if (rule.written.schema_hash !== undefined) yield `${rule.pointer}/schema_hash`;
  }
  for (const field of DLP_FIELDS) if (spec.dlp?.[field] !== undefined) yield `/spec/dlp/${field}`;
  for (const [index, pattern] of (spec.dlp?.patterns ?? []).entries()) {
    if (pattern.scope !== undefined) yield `/spec/dlp/patterns/${index}/scope`;
  }
  for (const field of IDENTITY_FIELDS) {
    if (spec.identity?.[field] !== undefined) yield `/spec/identity/${field}`;
  }
  for (const field of SERVER_FIELDS) if (spec.server?.[field] !== undefined) yield `/spec/server/${field}`;
}
