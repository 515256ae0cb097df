import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('reference-ignores-field', () => {
  it('names each field that is not read', () => {
    const policy = `spec:
  tool_rules:
    - tool: t
      schema_hash: sha256:${'0'.repeat(64)}
  dlp:
    scan_requests: true
    detect_encoding: true
    patterns:
      - { name: a, regex: b, scope: all }
  server:
    failover_mode: fail_closed
  aat:
    enabled: false
`;
    const fields = describeFindings('reference-ignores-field', policy).map((found) =>
      found.split('»')[0]?.slice(1),
    );
    expect(fields).toEqual(['schema_hash', 'scan_requests', 'scope', 'failover_mode', 'aat']);
  });

  it('is silent about what is read', () => {
    const policy = `spec:
  mode: monitor
  denied_tools: [a]
  dlp:
    filter_stderr: true
    patterns: []
  identity:
    token_ttl: 5m
`;
    expect(describeFindings('reference-ignores-field', policy)).toEqual([]);
  });
});
