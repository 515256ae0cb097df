import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

function find(scope: string, settings: string): readonly string[] {
  return describeFindings(
    'dlp-pattern-never-runs',
    `spec:\n  dlp:\n${settings}    patterns:\n      - name: key\n        regex: abc\n        scope: ${scope}\n`,
  );
}

describe('dlp-pattern-never-runs', () => {
  it.each([
    ['request', '', '`scan_requests` is not on'],
    ['request', '    scan_requests: false\n', '`scan_requests` is not on'],
    ['response', '    scan_responses: false\n', '`scan_responses` is off'],
  ])('scope %s with %j', (scope, settings, reason) => {
    expect(find(scope, settings)).toEqual([
      `«${scope}» \`key\` never runs: its scope is ${scope}s, and ${reason}`,
    ]);
  });

  it.each([
    ['all', ''],
    ['response', ''],
    ['request', '    scan_requests: true\n'],
    ['request', '    enabled: false\n'],
  ])('is silent about scope %s with %j', (scope, settings) => {
    expect(find(scope, settings)).toEqual([]);
  });
});
