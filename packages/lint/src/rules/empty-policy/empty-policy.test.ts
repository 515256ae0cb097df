import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('empty-policy', () => {
  it.each([
    ['spec: {}\n', 'every call is refused'],
    ['spec:\n  allowed_tools: []\n', 'every call is refused'],
    ['spec:\n  allowed_tools: [a]\n  denied_tools: [a]\n', 'every call is refused'],
    ['spec:\n  tool_rules:\n    - tool: a\n      action: block\n', 'every call is refused'],
    ['spec:\n  mode: monitor\n', 'every call is logged as a violation'],
  ])('%j', (policy, consequence) => {
    expect(describeFindings('empty-policy', policy)).toEqual([`«spec» no tool is allowed: ${consequence}`]);
  });

  it.each([
    'spec:\n  allowed_tools: [a]\n',
    'spec:\n  tool_rules:\n    - tool: a\n      action: ask\n',
    'spec:\n  aat:\n    enabled: true\n    capabilities_mode: aat_only\n',
  ])('is silent about %j', (policy) => {
    expect(describeFindings('empty-policy', policy)).toEqual([]);
  });
});
