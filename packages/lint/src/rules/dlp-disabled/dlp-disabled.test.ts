import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

const ONE = '    patterns:\n      - { name: a, regex: b }\n';

describe('dlp-disabled', () => {
  it.each([
    [
      `    enabled: false\n${ONE}`,
      '«false» `dlp` is turned off: nothing is scanned, whatever its patterns say',
    ],
    ['    patterns: []\n', '«patterns» `dlp` has no pattern: nothing is ever found'],
    [`    scan_responses: false\n${ONE}`, '«false» `dlp` scans neither responses nor requests'],
  ])('%j', (lines, finding) => {
    expect(describeFindings('dlp-disabled', `spec:\n  dlp:\n${lines}`)).toEqual([finding]);
  });

  it.each([ONE, `    enabled: true\n${ONE}`, `    scan_responses: false\n    scan_requests: true\n${ONE}`])(
    'is silent about %j',
    (lines) => {
      expect(describeFindings('dlp-disabled', `spec:\n  dlp:\n${lines}`)).toEqual([]);
    },
  );
});
