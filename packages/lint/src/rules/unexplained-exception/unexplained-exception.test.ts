import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('unexplained-exception', () => {
  it.each([
    ['  allowed_tools:\n    - bash\n', 1],
    ['  allowed_tools:\n    - bash # for releases\n', 0],
    ['  allowed_tools:\n    # for releases\n    - bash\n', 0],
    ['  # tools\n  allowed_tools:\n    - bash\n', 1],
    ['  allowed_tools:\n    - read_file\n', 0],
    ['  tool_rules:\n    - tool: delete_file\n      action: ask\n', 1],
    ['  tool_rules:\n    - tool: delete_file\n      # a human looks at it\n      action: ask\n', 0],
    ['  tool_rules:\n    - tool: delete_file\n      action: block\n', 0],
  ])('%j', (lines, count) => {
    expect(describeFindings('unexplained-exception', `spec:\n${lines}`)).toHaveLength(count);
  });
});
