import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

function find(regex: string): readonly string[] {
  return describeFindings(
    'anchored-dlp-pattern',
    `spec:\n  dlp:\n    patterns:\n      - { name: Key, regex: '${regex}' }\n`,
  );
}

describe('anchored-dlp-pattern', () => {
  it.each([
    ['^AKIA$', 'key: AKIA (key)', 'whole text'],
    ['^AKIA', 'key: AKIA', 'start'],
    ['AKIA$', 'AKIA (key)', 'end'],
    ['\\AAKIA\\z', 'key: AKIA (key)', 'whole text'],
  ])('%s misses %s', (regex, hidden, end) => {
    expect(find(regex)).toEqual([`«'${regex}'» \`Key\` misses \`${hidden}\`: it is tied to the ${end}`]);
  });

  it.each(['AKIA', '\\bAKIA\\b', '(?m)^AKIA', '^AKIA|\\sAKIA'])('%s finds it inside a text', (regex) => {
    expect(find(regex)).toEqual([]);
  });
});
