import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('unguarded-network', () => {
  it.each([
    ['fetch', 1],
    ['fetch_url', 1],
    ['http_request', 1],
    ['downloadPage', 1],
    ['web_request', 1],
    ['fetch_issue', 0],
    ['post_comment', 0],
    ['url_encode', 0],
  ])('%s', (tool, count) => {
    expect(describeFindings('unguarded-network', `spec:\n  allowed_tools: [${tool}]\n`)).toHaveLength(count);
  });

  it('is silent about a tool with a question or a constraint', () => {
    const policy = `spec:
  tool_rules:
    - tool: fetch_url
      allow_args:
        url: ^https://a\\.example/
    - tool: curl
      action: ask
`;
    expect(describeFindings('unguarded-network', policy)).toEqual([]);
  });

  it('takes a constraint on how it is done for none on what is opened', () => {
    const policy = (argument: string): string =>
      `spec:\n  tool_rules:\n    - tool: http_request\n      allow_args:\n        ${argument}: ^GET$\n`;
    expect(describeFindings('unguarded-network', policy('method'))).toHaveLength(1);
    expect(describeFindings('unguarded-network', policy('endpoint'))).toEqual([]);
  });

  it('takes an argument that is only declared for no constraint', () => {
    const policy = `spec:
  strict_args_default: true
  tool_rules:
    - tool: fetch_url
      allow_args:
        url: ^
`;
    expect(describeFindings('unguarded-network', policy)).toHaveLength(1);
  });
});
