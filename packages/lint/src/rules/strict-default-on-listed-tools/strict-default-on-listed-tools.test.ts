import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('strict-default-on-listed-tools', () => {
  it('names the tools without a rule, the first few of many', () => {
    const policy = (tools: string): string =>
      `spec:\n  strict_args_default: true\n  allowed_tools: [${tools}]\n`;
    expect(describeFindings('strict-default-on-listed-tools', policy('a'))).toEqual([
      '«true» no argument of `a` is admitted: the tool has no rule that lists any',
    ]);
    expect(describeFindings('strict-default-on-listed-tools', policy('a, b, c, d, e'))).toEqual([
      '«true» no argument of `a`, `b`, `c` and 2 more is admitted: these tools have no rule that lists any',
    ]);
  });

  it('is silent where the default is off, and about tools that have a rule or are refused', () => {
    expect(describeFindings('strict-default-on-listed-tools', 'spec:\n  allowed_tools: [a]\n')).toEqual([]);
    const policy = `spec:
  strict_args_default: true
  allowed_tools: [a, b]
  denied_tools: [b]
  tool_rules:
    - tool: A
`;
    expect(describeFindings('strict-default-on-listed-tools', policy)).toEqual([]);
  });
});
