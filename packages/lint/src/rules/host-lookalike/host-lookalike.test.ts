import { describe, expect, it } from 'vitest';
import { applyFixes, describeFindings, withPattern } from '../../../test/lint-text.ts';

function find(pattern: string, argument = 'url'): readonly string[] {
  return describeFindings('host-lookalike', withPattern(pattern, argument));
}

describe('host-lookalike', () => {
  it.each([
    ['^https://api\\.github\\.com', 'https://api.github.com.evil.example'],
    ['^https://api\\.github\\.com.*', 'https://api.github.com.evil.example'],
    ['^https?://github\\.com', 'http://github.com.evil.example'],
    ['^https://[^/]*github\\.com/.*', 'https://evil.example?.github.com/'],
    ['^https://.*\\.github\\.com/', 'https://evil.example/.github.com/'],
    ['^https://[^/?#@]+\\.github\\.com/', 'https://evil.example\\.github.com/'],
    ['^https://[a-z.]*github\\.com/', 'https://evilgithub.com/'],
  ])('%s accepts %s', (pattern, example) => {
    const [found = '', ...others] = find(pattern);
    expect(others).toEqual([]);
    expect(found).toContain(`\`${example}\` passes`);
  });

  it.each([
    '^https://api\\.github\\.com/.*',
    '^https://(?:api|raw)\\.github\\.com/',
    '^https://github\\.com$',
    '^https://github\\.com(?:/.*)?$',
    '^https://[a-z]+\\.github\\.com/',
    '^https://(?:[a-z-]+\\.)?github\\.com(?::443)?/',
    '^https://(github\\.com|api\\.github\\.com)/.*',
    '^https://(api\\.github\\.com|pypi\\.org)/[a-zA-Z0-9/_.-]+$',
  ])('%s accepts its hosts only', (pattern) => {
    expect(find(pattern)).toEqual([]);
  });

  it('shows what an unescaped dot accepts, and escapes it', () => {
    expect(find('^https://api.github\\.com/.*')).toEqual([
      '«.» an unescaped `.` stands for any character: `https://apixgithub.com/` passes',
    ]);
    expect(applyFixes('host-lookalike', withPattern('^https://api.github.com/.*', 'url'))).toBe(
      withPattern('^https://api\\.github\\.com/.*', 'url'),
    );
  });

  it('escapes in double quotes too', () => {
    const policy = (host: string): string =>
      `spec:\n  tool_rules:\n    - tool: t\n      allow_args:\n        url: "^https://${host}/"\n`;
    expect(applyFixes('host-lookalike', policy('a.example.com'))).toBe(policy('a\\\\.example\\\\.com'));
  });

  it('looks at hosts without a scheme where the argument is one', () => {
    expect(find('^db\\.example\\.com', 'host').join()).toContain('`db.example.com.evil.example` passes');
    expect(find('^notes\\.example\\.txt', 'title')).toEqual([]);
  });
});
