import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

const PATTERNS = '    patterns:\n      - { name: a, regex: b }\n';

describe('ineffective-setting', () => {
  it.each([
    ['dlp', `    on_request_match: warn\n${PATTERNS}`, 'on_request_match', 'scan_requests: true'],
    [
      'dlp',
      `    on_redaction_failure: reject\n${PATTERNS}`,
      'on_redaction_failure',
      'on_request_match: redact',
    ],
    [
      'server',
      '    fail_open_constraints:\n      max_requests: 1\n',
      'fail_open_constraints',
      'failover_mode: fail_open',
    ],
    ['identity', '    keys:\n      key_path: /k.pem\n', 'key_path', 'key_source: file'],
    ['identity', "    nonce_storage:\n      address: 'x:1'\n", 'address', 'type: redis` or `type: postgres'],
    ['registry', '    revocation:\n      crl_path: /c\n', 'crl_path', 'mode: crl'],
  ])('%s: %j', (section, lines, field, needs) => {
    expect(describeFindings('ineffective-setting', `spec:\n  ${section}:\n${lines}`)).toEqual([
      `«${field}» \`${field}\` has no effect without \`${needs}\``,
    ]);
  });

  it.each([
    ['dlp', `    scan_requests: true\n    on_request_match: warn\n${PATTERNS}`],
    ['server', '    failover_mode: fail_open\n    fail_open_constraints:\n      max_requests: 1\n'],
    ['identity', '    keys:\n      key_source: file\n      key_path: /k.pem\n'],
  ])('is silent about %s: %j', (section, lines) => {
    expect(describeFindings('ineffective-setting', `spec:\n  ${section}:\n${lines}`)).toEqual([]);
  });
});
