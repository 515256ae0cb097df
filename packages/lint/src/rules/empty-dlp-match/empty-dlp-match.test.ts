import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('empty-dlp-match', () => {
  it.each([
    ['[0-9]*', 1],
    ['a|', 1],
    ['(?:key)?', 1],
    ['\\bkey\\b', 0],
    ['[0-9]+', 0],
  ])('%s', (regex, count) => {
    const policy = `spec:\n  dlp:\n    patterns:\n      - { name: key, regex: '${regex}' }\n`;
    expect(describeFindings('empty-dlp-match', policy)).toHaveLength(count);
  });
});
