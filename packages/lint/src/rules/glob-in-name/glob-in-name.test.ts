import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';

describe('glob-in-name', () => {
  it.each([
    ['allowed_tools', 'github_*'],
    ['denied_tools', 'rm?'],
    ['allowed_methods', 'tools/*'],
    ['denied_methods', '*'],
  ])('in %s, %s is a name', (list, name) => {
    const found = describeFindings('glob-in-name', `spec:\n  ${list}: ['${name}']\n`);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`\`${name}\` is a name, not a pattern`);
  });

  it('looks at rules too', () => {
    expect(describeFindings('glob-in-name', "spec:\n  tool_rules:\n    - tool: '*'\n")).toEqual([
      "«'*'» `*` is a name, not a pattern: the rule is for no other tool than the one of this very name",
    ]);
  });

  it('knows the one place where `*` means everything', () => {
    expect(describeFindings('glob-in-name', "spec:\n  allowed_methods: ['*']\n")).toEqual([]);
  });
});
