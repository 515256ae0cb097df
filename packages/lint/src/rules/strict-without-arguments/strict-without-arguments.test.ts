import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

function policy(lines: string, more = ''): string {
  return `spec:\n  tool_rules:\n    - tool: t\n${lines}${more}`;
}

describe('strict-without-arguments', () => {
  it('marks a strict rule without arguments', () => {
    expect(describeFindings('strict-without-arguments', policy('      strict_args: true\n'))).toEqual([
      '«true» `t` is strict and names no argument: a call with any argument is refused, but passes in the reference implementation',
    ]);
  });

  it.each([
    ['      strict_args: false\n'],
    ['      strict_args: true\n      allow_args:\n        a: b\n'],
    ['      strict_args: true\n      action: ask\n'],
    ['      strict_args: true\n      action: block\n'],
    ['      action: allow\n'],
  ])('is silent about %j', (lines) => {
    expect(describeFindings('strict-without-arguments', policy(lines))).toEqual([]);
  });
});
