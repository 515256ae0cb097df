import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';
import { readToolList } from '../../model/tool-list.ts';

const tools = readToolList(
  '[{"name":"t","inputSchema":{"type":"object","properties":{"a":{},"b":{},"c":{}},"required":["a","b"]}}]',
  'tools.json',
);

function find(lines: string): readonly string[] {
  return describeFindings('unlisted-required-argument', `spec:\n  tool_rules:\n    - tool: t\n${lines}`, {
    tools,
  });
}

describe('unlisted-required-argument', () => {
  it('names what is missing', () => {
    expect(find('      strict_args: true\n      allow_args:\n        a: ^x$\n')).toEqual([
      '«allow_args» no call of `t` can succeed: the tool demands `b`, and the rule is strict and does not list it',
    ]);
    expect(find('      strict_args: true\n')).toEqual([
      '«tool» no call of `t` can succeed: the tool demands `a` and `b`, and the rule is strict and does not list them',
    ]);
  });

  it.each([
    '      allow_args:\n        a: ^x$\n',
    '      strict_args: true\n      allow_args: { a: x, b: y }\n',
    '      strict_args: true\n      action: block\n',
  ])('is silent about %j', (lines) => {
    expect(find(lines)).toEqual([]);
  });
});
