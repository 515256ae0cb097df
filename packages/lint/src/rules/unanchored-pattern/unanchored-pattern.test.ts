import { describe, expect, it } from 'vitest';
import { applyFixes, describeFindings, hasFix, withPattern } from '../../../test/lint-text.ts';

function find(pattern: string, argument?: string): readonly string[] {
  return describeFindings('unanchored-pattern', withPattern(pattern, argument));
}

describe('unanchored-pattern', () => {
  it.each([
    ['debug|info', 'both ends', 'evil debug evil'],
    ['^example/website', 'its end', 'example/website evil'],
    ['[a-z]+\\.md$', 'its start', 'evil a.md'],
    ['(?i)yes', 'both ends', 'evil yes evil'],
    ['\\bfoo\\b', 'both ends', 'evil foo evil'],
    ['(^a|b)$', 'its start', undefined],
    ['^a(b|c$)', 'its end', 'ab evil'],
    ['(?m)^a$', 'both ends', undefined],
  ])('%s is open at %s', (pattern, ends, example) => {
    const found = find(pattern);
    if (example === undefined) expect(found.join()).toContain(`is open at ${ends}`);
    else expect(found).toEqual([`«'${pattern}'» \`${pattern}\` is open at ${ends}: \`${example}\` passes`]);
  });

  it.each([
    '^debug$',
    '\\Adebug\\z',
    '^(?:a|b)$',
    '^a$|^b$',
    '(?i)^a$',
    '^label:.*',
    '.*\\.md$',
    '^/workspace/',
    '^/workspace/.+',
    '^[\\s\\S]*$',
  ])('%s is closed, or says that it is open', (pattern) => {
    expect(find(pattern)).toEqual([]);
  });

  it('makes up an address or a path where the argument is one', () => {
    expect(find('docs\\.example\\.com', 'url')).toEqual([
      "«'docs\\.example\\.com'» `docs\\.example\\.com` is open at both ends: `https://evil.example/?docs.example.com.evil.example` passes",
    ]);
    expect(find('^/srv/site', 'path').join()).toContain('`/srv/site/../evil` passes');
  });

  it('demands a closed end even after a separator where prefixes are not accepted', () => {
    const options = { rules: { 'unanchored-pattern': { options: { allowPrefixes: false } } } };
    expect(describeFindings('unanchored-pattern', withPattern('^/workspace/'), options)).toHaveLength(1);
  });

  it('leaves blocked tools and patterns of dlp alone', () => {
    const policy = `spec:
  tool_rules:
    - tool: a
      action: block
      allow_args:
        value: 'x'
  dlp:
    patterns:
      - name: key
        regex: 'AKIA[A-Z]{16}'
`;
    expect(describeFindings('unanchored-pattern', policy)).toEqual([]);
  });

  it.each([
    ["'debug|info'", "'^(?:debug|info)$'"],
    ["'it''s'", "'^it''s$'"],
    ['"a\\\\.b"', '"^a\\\\.b$"'],
    ['debug # the usual', '^debug$ # the usual'],
    ["'^a b'", "'^a b$'"],
    ['a, b', "'^a, b$'"],
  ])('repairs %s as %s', (before, after) => {
    const policy = (text: string): string =>
      `spec:\n  tool_rules:\n    - tool: tool\n      allow_args:\n        value: ${text}\n`;
    expect(applyFixes('unanchored-pattern', policy(before))).toBe(policy(after));
    expect(describeFindings('unanchored-pattern', policy(after))).toEqual([]);
  });

  it('offers no fix where an anchor would be swallowed or the scalar has lines', () => {
    expect(hasFix('unanchored-pattern', withPattern('\\Qa'))).toBe(false);
    const block =
      'spec:\n  tool_rules:\n    - tool: tool\n      allow_args:\n        value: |-\n          debug\n';
    expect(describeFindings('unanchored-pattern', block)).toHaveLength(1);
    expect(hasFix('unanchored-pattern', block)).toBe(false);
  });
});
