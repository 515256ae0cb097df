import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('unfiltered-stderr', () => {
  it.each([
    ['', 1],
    ['    filter_stderr: false\n', 1],
    ['    filter_stderr: true\n', 0],
    ['    enabled: false\n', 0],
  ])('%j', (lines, count) => {
    const policy = `spec:\n  dlp:\n${lines}    patterns:\n      - { name: a, regex: b }\n`;
    expect(describeFindings('unfiltered-stderr', policy)).toHaveLength(count);
  });

  it('is silent without `dlp`', () => {
    expect(describeFindings('unfiltered-stderr', 'spec: {}\n')).toEqual([]);
  });
});
