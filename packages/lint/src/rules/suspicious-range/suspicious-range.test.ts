import { describe, expect, it } from 'vitest';
import { describeFindings, withPattern } from '../../../test/lint-text.ts';

describe('suspicious-range', () => {
  it.each([
    ['^[A-z]$', 'A-z', '[\\]^_\\x60'],
    ['^[+-.]$', '+-.', ',-'],
    ['^[a-z,-/]$', ',-/', '-.'],
  ])('%s', (pattern, range, surprise) => {
    expect(describeFindings('suspicious-range', withPattern(pattern))).toEqual([
      `«${range}» the range \`${range}\` also holds \`${surprise}\``,
    ]);
  });

  it.each([
    '^[A-Za-z]$',
    '^[0-9-_]$',
    '^[+.-]$',
    '^[ -~]$',
    '^[!-~]$',
    '^[+\\-.]$',
    '^[a-f0-9]$',
    '^[[:alpha:]-]$',
    'A-z',
  ])('%s is as it looks', (pattern) => {
    expect(describeFindings('suspicious-range', withPattern(pattern))).toEqual([]);
  });

  it('looks at patterns of dlp too', () => {
    const policy = "spec:\n  dlp:\n    patterns:\n      - { name: a, regex: 'key_[A-z]{9}' }\n";
    expect(describeFindings('suspicious-range', policy)).toHaveLength(1);
  });
});
