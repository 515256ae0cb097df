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

describe('allow-original', () => {
  it('marks the value and can change it', () => {
    expect(describeFindings('allow-original', policy('on_redaction_failure: allow_original'))).toHaveLength(
      1,
    );
    expect(applyFixes('allow-original', policy('on_redaction_failure: allow_original'))).toBe(
      policy('on_redaction_failure: block'),
    );
  });

  it.each(['on_redaction_failure: block', 'on_redaction_failure: reject'])('is silent about %s', (line) => {
    expect(describeFindings('allow-original', policy(line))).toEqual([]);
  });
});
