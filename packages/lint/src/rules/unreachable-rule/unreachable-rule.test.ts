import { describe, expect, it } from 'vitest';
import { applyFixes, describeFindings } from '../../../test/lint-text.ts';

describe('unreachable-rule', () => {
  it('tells of a rule behind `denied_tools`, unless it blocks too', () => {
    const policy = (action: string): string =>
      `spec:\n  denied_tools: [Run]\n  tool_rules:\n    - tool: run\n      action: ${action}\n`;
    expect(describeFindings('unreachable-rule', policy('ask'))).toEqual([
      '«run» the rule for `run` never decides: `denied_tools` denies the tool before it',
    ]);
    expect(describeFindings('unreachable-rule', policy('block'))).toEqual([]);
  });

  it('leaves a rule alone whose limit still counts in monitor mode', () => {
    const policy = (mode: string): string =>
      `spec:\n  mode: ${mode}\n  denied_tools: [run]\n  tool_rules:\n    - tool: run\n      rate_limit: 5/hour\n`;
    expect(describeFindings('unreachable-rule', policy('monitor'))).toEqual([]);
    expect(describeFindings('unreachable-rule', policy('enforce'))).toHaveLength(1);
  });

  it('tells of a listed tool that is denied or blocked', () => {
    const policy = `spec:
  allowed_tools: [a, b, c]
  denied_tools: [A]
  tool_rules:
    - tool: b
      action: block
`;
    expect(describeFindings('unreachable-rule', policy)).toEqual([
      '«a» `a` is listed in `allowed_tools`, but `denied_tools` denies it',
      '«b» `b` is listed in `allowed_tools`, but its rule says `action: block`',
    ]);
  });

  it('tells of arguments that a blocked tool is never asked for', () => {
    const policy =
      'spec:\n  tool_rules:\n    - tool: b\n      action: block\n      allow_args:\n        x: y\n';
    expect(describeFindings('unreachable-rule', policy)).toEqual([
      '«allow_args» `allow_args` of `b` is never read: `action: block` refuses every call',
    ]);
    // A blocked call is forwarded there, but its arguments are not looked at either.
    expect(describeFindings('unreachable-rule', policy.replace('spec:', 'spec:\n  mode: monitor'))).toEqual([
      '«allow_args» `allow_args` of `b` is never read: `action: block` decides without a look at them',
    ]);
  });

  it('removes the listed tool with its line, comment included', () => {
    const before = 'spec:\n  allowed_tools:\n    - a\n    - b # old\n  denied_tools:\n    - b\n';
    const after = 'spec:\n  allowed_tools:\n    - a\n  denied_tools:\n    - b\n';
    expect(applyFixes('unreachable-rule', before)).toBe(after);
  });

  it('leaves the only entry of a list where it is', () => {
    const policy = 'spec:\n  allowed_tools:\n    - b\n  denied_tools:\n    - b\n';
    expect(applyFixes('unreachable-rule', policy)).toBe(policy);
  });
});
