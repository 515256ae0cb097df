import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('wildcard-methods', () => {
  it('tells what it opens', () => {
    expect(describeFindings('wildcard-methods', "spec:\n  allowed_methods: [ping, '*']\n")).toEqual([
      "«'*'» every method is allowed, `resources/read` among them, and those that later versions of MCP add",
    ]);
  });

  it('knows what is denied again', () => {
    const policy = "spec:\n  allowed_methods: ['*']\n  denied_methods: [resources/read]\n";
    expect(describeFindings('wildcard-methods', policy)).toEqual([
      "«'*'» every method is allowed, and those that later versions of MCP add",
    ]);
  });

  it('is silent about lists', () => {
    expect(describeFindings('wildcard-methods', 'spec:\n  allowed_methods: [tools/call]\n')).toEqual([]);
  });
});
