import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('dlp-missing', () => {
  it.each([
    ['spec:\n  allowed_tools: [a]\n', 1],
    ['spec:\n  allowed_tools: [a]\n  dlp:\n    patterns: []\n', 0],
    ['spec: {}\n', 0],
  ])('%j', (policy, count) => {
    expect(describeFindings('dlp-missing', policy)).toHaveLength(count);
  });
});
