import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('any-aat-issuer', () => {
  it.each([
    ['    enabled: true\n', 1],
    ['    enabled: true\n    trusted_issuers: []\n', 1],
    ['    enabled: true\n    trusted_issuers: [a]\n', 0],
    ['    enabled: false\n', 0],
  ])('%j', (lines, count) => {
    expect(describeFindings('any-aat-issuer', `spec:\n  aat:\n${lines}`)).toHaveLength(count);
  });
});
