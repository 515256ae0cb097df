import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

function find(lines: string, paths?: readonly string[]): readonly string[] {
  const options = paths === undefined ? {} : { paths };
  return describeFindings('unprotected-secrets', `spec:\n${lines}`, {
    rules: { 'unprotected-secrets': { options } },
  });
}

describe('unprotected-secrets', () => {
  it('names who can reach what', () => {
    expect(find('  allowed_tools: [read_file, ping]\n')).toEqual([
      '«spec» `read_file` can reach `~/.ssh`, `.env`, `~/.aws` and 3 more',
    ]);
    expect(
      find("  allowed_tools: [bash]\n  protected_paths: ['~/.ssh', .env, '$HOME/.aws', '~/.config']\n"),
    ).toEqual(['«protected_paths» `bash` can reach `~/.azure` and `~/.kube`']);
  });

  it.each([
    '  allowed_tools: [ping]\n',
    '  allowed_tools: [get_status, list_directory, get_file_info]\n',
    "  allowed_tools: [read_file]\n  protected_paths: ['~', .env]\n",
    '  tool_rules:\n    - tool: read_file\n      allow_args:\n        path: ^/srv/a$\n',
    '  tool_rules:\n    - tool: read_file\n      action: block\n',
  ])('is silent about %j', (lines) => {
    expect(find(lines)).toEqual([]);
  });

  it('takes a path that is only declared for no constraint', () => {
    const policy = (pattern: string): string =>
      `  tool_rules:\n    - tool: read_file\n      strict_args: true\n      allow_args:\n        path: ${pattern}\n`;
    expect(find(policy('^'))).toHaveLength(1);
    expect(find(policy('^/srv/'))).toEqual([]);
  });

  it('takes the paths from the configuration', () => {
    expect(find('  allowed_tools: [read_file]\n', ['/srv/keys'])).toEqual([
      '«spec» `read_file` can reach `/srv/keys`',
    ]);
    expect(find('  allowed_tools: [read_file]\n', [])).toEqual([]);
  });
});
