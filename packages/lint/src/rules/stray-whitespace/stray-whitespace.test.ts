import { describe, expect, it } from 'vitest';
import { describeFindings, withPattern } from '../../../test/lint-text.ts';

describe('stray-whitespace', () => {
  it.each([
    [' a$', 'its start'],
    ['\ta$', 'its start'],
  ])('%j asks for white space at %s', (pattern, end) => {
    const [found = '', ...others] = describeFindings('stray-whitespace', withPattern(pattern));
    expect(others).toEqual([]);
    expect(found).toContain(`asks for white space at ${end}`);
  });

  it('sees the line break of a block scalar, unless nothing can match it', () => {
    const policy = (text: string): string =>
      `spec:\n  tool_rules:\n    - tool: t\n      allow_args:\n        a: |\n          ${text}\n`;
    expect(describeFindings('stray-whitespace', policy('^a'))).toHaveLength(1);
    expect(describeFindings('stray-whitespace', policy('^a$'))).toEqual([]);
  });

  it('looks at names of arguments and at protected paths', () => {
    const policy =
      "spec:\n  protected_paths: ['.env ']\n  tool_rules:\n    - tool: t\n      allow_args:\n        'a ': ^b$\n";
    expect(describeFindings('stray-whitespace', policy)).toEqual([
      "«'.env '» `.env ` protects only a path with this white space in its name",
      "«'a '» no argument is called `a `: names of arguments are compared exactly",
    ]);
  });

  it.each(['^git ', '^a b$', '^a[ ]$'])('%j can be meant', (pattern) => {
    expect(describeFindings('stray-whitespace', withPattern(pattern))).toEqual([]);
  });
});
