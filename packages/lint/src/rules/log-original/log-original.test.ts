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

describe('log-original', () => {
  it('marks the value and can change it', () => {
    expect(describeFindings('log-original', policy('log_original_on_failure: true'))).toHaveLength(1);
    expect(applyFixes('log-original', policy('log_original_on_failure: true'))).toBe(
      policy('log_original_on_failure: false'),
    );
  });

  it.each(['log_original_on_failure: false', 'on_redaction_failure: reject'])(
    'is silent about %s',
    (line) => {
      expect(describeFindings('log-original', policy(line))).toEqual([]);
    },
  );
});
