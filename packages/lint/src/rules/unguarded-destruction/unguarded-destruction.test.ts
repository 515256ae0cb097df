import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('unguarded-destruction', () => {
  it.each([
    ['delete_file', 1],
    ['dropTable', 1],
    ['rm', 1],
    ['undelete_file', 0],
    ['dropdown_options', 0],
  ])('%s', (tool, count) => {
    expect(describeFindings('unguarded-destruction', `spec:\n  allowed_tools: [${tool}]\n`)).toHaveLength(
      count,
    );
  });

  it.each([
    ['ask', 0],
    ['block', 0],
    ['allow', 1],
  ])('with `action: %s`', (action, count) => {
    const policy = `spec:\n  tool_rules:\n    - tool: delete_file\n      action: ${action}\n`;
    expect(describeFindings('unguarded-destruction', policy)).toHaveLength(count);
  });
});
