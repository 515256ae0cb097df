import { describe, expect, it } from 'vitest';
import { applyFixes, describeFindings } from '../../../test/lint-text.ts';

function policy(line: string): string {
  return `spec:
  dlp:
    scan_requests: true
    ${line}
    patterns:
      - { name: a, regex: b }
`;
}

describe('forwarded-request-match', () => {
  it('marks the value and can change it', () => {
    expect(describeFindings('forwarded-request-match', policy('on_request_match: warn'))).toHaveLength(1);
    expect(applyFixes('forwarded-request-match', policy('on_request_match: warn'))).toBe(
      policy('on_request_match: block'),
    );
  });

  it.each(['on_request_match: block', 'on_request_match: redact'])('is silent about %s', (line) => {
    expect(describeFindings('forwarded-request-match', policy(line))).toEqual([]);
  });
});
