import { describe, expect, it } from 'vitest';
import { applyFixes, describeFindings } from '../../../test/lint-text.ts';

describe('unguarded-execution', () => {
  it.each([
    'bash',
    'run_shell_command',
    'execCommand',
    'eval',
    'subprocess',
    'run_sql',
    'execute-query',
    'postgres_query',
    'python',
    'sh',
  ])('%s runs what its caller writes', (tool) => {
    expect(describeFindings('unguarded-execution', `spec:\n  allowed_tools: [${tool}]\n`)).toEqual([
      `«${tool}» \`${tool}\` runs what its caller writes, and nothing constrains it`,
    ]);
  });

  it.each([
    'read_file',
    'system_status',
    'run_tests',
    'list_queries',
    'search_query',
    'get_python_version',
    'executive_summary',
  ])('%s does not, as far as its name tells', (tool) => {
    expect(describeFindings('unguarded-execution', `spec:\n  allowed_tools: [${tool}]\n`)).toEqual([]);
  });

  it.each([
    ['      action: ask\n', 0],
    ['      action: block\n', 0],
    ['      allow_args:\n        command: ^ls$\n', 0],
    ['      strict_args: true\n      allow_args:\n        command: ^\n', 1],
    ['      strict_args: true\n      allow_args:\n        command: ^\n        cwd: ^/srv$\n', 1],
    ['      strict_args: true\n      allow_args:\n        cwd: ^/srv$\n', 0],
    ['      strict_args: true\n      allow_args:\n        query: ^SELECT 1$\n        params: ^\n', 0],
    ['      allow_args:\n        cwd: ^/srv$\n        timeout_ms: ^1000$\n', 1],
    ['      allow_args:\n        cwd: ^/srv$\n        command: ^ls$\n', 0],
    ['      rate_limit: 1/hour\n', 1],
    ['      action: allow\n', 1],
  ])('a rule with %j', (lines, count) => {
    const policy = `spec:\n  allowed_tools: [bash]\n  tool_rules:\n    - tool: bash\n${lines}`;
    expect(describeFindings('unguarded-execution', policy)).toHaveLength(count);
  });

  it('adds a question, or changes the action that is there', () => {
    const policy = (lines: string): string =>
      `spec:\n  tool_rules:\n    - tool: bash # run\n${lines}      rate_limit: 1/hour\n`;
    expect(applyFixes('unguarded-execution', policy(''))).toBe(policy('      action: ask\n'));
    expect(applyFixes('unguarded-execution', policy('      action: allow\n'))).toBe(
      policy('      action: ask\n'),
    );
  });

  it('ignores the tools that the configuration names', () => {
    const options = { rules: { 'unguarded-execution': { options: { ignore: ['bash'] } } } };
    expect(describeFindings('unguarded-execution', 'spec:\n  allowed_tools: [bash]\n', options)).toEqual([]);
  });
});
