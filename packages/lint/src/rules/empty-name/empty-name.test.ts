import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('empty-name', () => {
  it.each(['allowed_tools', 'denied_tools', 'allowed_methods', 'denied_methods'])('in %s', (list) => {
    expect(describeFindings('empty-name', `spec:\n  ${list}: ["\\u200b "]\n`)).toHaveLength(1);
    expect(describeFindings('empty-name', `spec:\n  ${list}: ["\\u200bx"]\n`)).toEqual([]);
  });

  it('shows the characters that are there', () => {
    expect(describeFindings('empty-name', 'spec:\n  tool_rules:\n    - tool: "\\u200b"\n')).toEqual([
      '«"\\u200b"» `\\u{200b}` is empty once names are normalized',
    ]);
  });
});
