import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';
import { readToolList } from '../../model/tool-list.ts';

const tools = readToolList(
  '[{"name":"t","inputSchema":{"type":"object","properties":{"a":{},"b":{}},"required":["a"]}}]',
  'tools.json',
);

describe('optional-argument', () => {
  it.each([
    ['a', []],
    ['b', ['«b» `b` of `t` is optional: a call without it is refused']],
    ['c', []],
  ])('%s', (argument, findings) => {
    const policy = `spec:\n  tool_rules:\n    - tool: t\n      allow_args:\n        ${argument}: ^x$\n`;
    expect(describeFindings('optional-argument', policy, { tools })).toEqual(findings);
  });
});
