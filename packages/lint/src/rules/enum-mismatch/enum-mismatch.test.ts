import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';
import { readToolList } from '../../model/tool-list.ts';

const tools = readToolList(
  '[{"name":"t","inputSchema":{"type":"object","properties":{"a":{"enum":["read","write",1]},"b":{}}}}]',
  'tools.json',
);

describe('enum-mismatch', () => {
  it.each([
    ['a', '^READ$', 1],
    ['a', '^read$', 0],
    ['a', '^1$', 0],
    ['b', '^READ$', 0],
  ])('%s with %s', (argument, pattern, count) => {
    const policy = `spec:\n  tool_rules:\n    - tool: t\n      allow_args:\n        ${argument}: ${pattern}\n`;
    expect(describeFindings('enum-mismatch', policy, { tools })).toHaveLength(count);
  });

  it('lists the values', () => {
    const policy = 'spec:\n  tool_rules:\n    - tool: t\n      allow_args:\n        a: ^x$\n';
    expect(describeFindings('enum-mismatch', policy, { tools })).toEqual([
      '«^x$» `^x$` accepts none of the values that `a` can have: `read`, `write` and `1`',
    ]);
  });
});
