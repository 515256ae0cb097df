import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('undetected-encoding', () => {
  it.each([
    ['', 1],
    ['    detect_encoding: false\n', 1],
    ['    detect_encoding: true\n', 0],
    ['    enabled: false\n', 0],
  ])('%j', (lines, count) => {
    const policy = `spec:\n  dlp:\n${lines}    patterns:\n      - { name: a, regex: b }\n`;
    expect(describeFindings('undetected-encoding', policy)).toHaveLength(count);
  });

  it('is silent without `dlp`', () => {
    expect(describeFindings('undetected-encoding', 'spec: {}\n')).toEqual([]);
  });
});
