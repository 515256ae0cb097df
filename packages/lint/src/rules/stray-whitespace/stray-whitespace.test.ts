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

  it('looks at patterns of dlp', () => {
    const policy = (regex: string): string =>
      `spec:\n  dlp:\n    patterns:\n      - name: key\n        regex: ${regex}\n`;
    expect(describeFindings('stray-whitespace', policy('|\n          key-[0-9]{8}'))).toHaveLength(1);
    expect(describeFindings('stray-whitespace', policy('"key-\\u200b[0-9]{8}"'))).toHaveLength(1);
    expect(describeFindings('stray-whitespace', policy('|-\n          key-[0-9]{8}'))).toEqual([]);
  });

  it('looks at names of arguments and at protected paths', () => {
    const policy =
      "spec:\n  protected_paths: ['.env ']\n  tool_rules:\n    - tool: t\n      allow_args:\n        'a ': ^b$\n";
    expect(describeFindings('stray-whitespace', policy)).toEqual([
      "«'.env '» `.env ` ends with white space, which is dropped when paths are compared",
      "«'a '» no argument is called `a `: names of arguments are compared exactly",
    ]);
  });

  it.each([
    ['.env ', 'is dropped'],
    ['.env\u00a0', 'is dropped'],
    [' .env', 'protects only a path with this white space'],
    [' .env ', 'protects only a path with this white space'],
    ['.env\t', 'protects only a path with this white space'],
    ['.e\u200bnv', 'holds a character that nobody sees (U+200B)'],
  ])('protected path %j', (path, consequence) => {
    const policy = `spec:\n  protected_paths: [${JSON.stringify(path)}]\n`;
    const [found = '', ...others] = describeFindings('stray-whitespace', policy);
    expect(others).toEqual([]);
    expect(found).toContain(consequence);
  });

  it('sees characters that are not shown, in patterns and names', () => {
    const policy = (name: string, pattern: string): string =>
      `spec:\n  tool_rules:\n    - tool: t\n      allow_args:\n        ${JSON.stringify(name)}: ${JSON.stringify(pattern)}\n`;
    expect(describeFindings('stray-whitespace', policy('a', '^b\u200b$'))).toEqual([
      '«"^b\u200b$"» `^b\\u{200b}$` holds a character that nobody sees (U+200B): a pattern means it as it is written',
    ]);
    expect(describeFindings('stray-whitespace', policy('a\u00ad', '^b$'))).toEqual([
      '«"a\u00ad"» `a\\u{ad}` holds a character that nobody sees (U+00AD): names of arguments are compared exactly',
    ]);
    expect(describeFindings('stray-whitespace', policy('a', '^b\\x{200B}$'))).toEqual([]);
  });

  it.each(['^git ', '^a b$', '^a[ ]$'])('%j can be meant', (pattern) => {
    expect(describeFindings('stray-whitespace', withPattern(pattern))).toEqual([]);
  });
});
