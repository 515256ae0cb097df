import { describe, expect, it } from 'vitest';
import { applyFixes, describeFindings } from '../../../test/lint-text.ts';

function policy(lines: string, args = '      allow_args:\n        a: ^b$\n'): string {
  return `spec:\n  tool_rules:\n    - tool: t\n${lines}${args}`;
}

describe('lenient-arguments', () => {
  it('marks the arguments', () => {
    expect(describeFindings('lenient-arguments', policy(''))).toEqual([
      '«allow_args» `t` accepts every argument that is not listed, whatever its value',
    ]);
  });

  it.each([
    policy('      strict_args: true\n'),
    policy('      action: block\n'),
    policy('', ''),
    `${policy('')}  strict_args_default: true\n`,
  ])('is silent about %j', (text) => {
    expect(describeFindings('lenient-arguments', text)).toEqual([]);
  });

  it('makes the rule strict, and keeps to one key', () => {
    expect(applyFixes('lenient-arguments', policy(''))).toBe(policy('      strict_args: true\n'));
    expect(applyFixes('lenient-arguments', policy('      strict_args: false\n'))).toBe(
      policy('      strict_args: true\n'),
    );
  });
});
