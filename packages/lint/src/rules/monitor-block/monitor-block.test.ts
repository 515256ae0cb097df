import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

function policy(mode: string, tools: readonly string[]): string {
  const rules = tools.map((tool) => `    - tool: ${tool}\n      action: block\n`).join('');
  return `spec:\n  mode: ${mode}\n  tool_rules:\n${rules}`;
}

describe('monitor-block', () => {
  it('names the tools', () => {
    expect(describeFindings('monitor-block', policy('monitor', ['a']))).toEqual([
      '«monitor» calls of `a` are forwarded in monitor mode, although its rule says `action: block`',
    ]);
    expect(describeFindings('monitor-block', policy('monitor', ['a', 'b']))).toEqual([
      '«monitor» calls of `a` and `b` are forwarded in monitor mode, although their rules say `action: block`',
    ]);
  });

  it('is silent in enforce mode and without a blocked tool', () => {
    expect(describeFindings('monitor-block', policy('enforce', ['a']))).toEqual([]);
    expect(describeFindings('monitor-block', 'spec:\n  denied_tools: [a]\n')).toEqual([]);
    expect(describeFindings('monitor-block', 'spec:\n  mode: monitor\n  allowed_tools: [a]\n')).toEqual([]);
  });

  it('tells of denied tools too', () => {
    expect(describeFindings('monitor-block', 'spec:\n  mode: monitor\n  denied_tools: [a, b]\n')).toEqual([
      '«monitor» calls of `a` and `b` are forwarded in monitor mode, although `denied_tools` names them',
    ]);
  });
});
