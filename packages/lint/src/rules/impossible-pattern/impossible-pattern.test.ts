import { describe, expect, it } from 'vitest';
import { describeFindings, runRule, withPattern } from '../../../test/lint-text.ts';

describe('impossible-pattern', () => {
  it.each(['/workspace/^[a-z]+$', 'a$b', '^(?:a\\b\\B)$', '[^\\x00-\\x{10FFFF}]'])(
    '%s matches nothing',
    (pattern) => {
      expect(describeFindings('impossible-pattern', withPattern(pattern))).toEqual([
        `«'${pattern}'» \`${pattern}\` matches no text at all: every call of \`tool\` is refused`,
      ]);
    },
  );

  it('says what a block scalar does to a pattern', () => {
    const policy = `spec:
  tool_rules:
    - tool: t
      allow_args:
        a: |
          ^x$
`;
    const [found] = runRule('impossible-pattern', policy);
    expect(found?.message).toContain('`^x$\\n` matches no text at all');
    expect(found?.help).toContain('`|-`');
  });

  it.each([
    ['/etc', '^/etc/nginx/.*$'],
    ['/etc/', '^/etc(?:/[a-z]+)?$'],
    ['~/.ssh', '^~/\\.ssh/id_[a-z]+$'],
    ['.env', '^\\.env$'],
    ['.env', '^/srv/[a-z]+/\\.env(?:\\.[a-z]+)?$'],
    ['config/secrets', '^/srv/config/secrets/[a-z]+$'],
  ])('with %s protected, no call can satisfy %s', (path, pattern) => {
    const policy = `${withPattern(pattern)}  protected_paths: ['${path}']\n`;
    const found = describeFindings('impossible-pattern', policy);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`all that it accepts is protected by \`${path}\``);
  });

  it.each([
    ['/etc', '^/etcetera$'],
    ['/etc', '^/(?:etc|srv)/[a-z]+$'],
    ['/etc/ssh', '^/etc/[a-z]+$'],
    ['/etc', '^\\.\\./etc$'],
    ['.env', '^\\.environment$'],
    ['.env', '^(?:\\.env|\\.envrc)$'],
    ['../env', '^\\.\\./env$'],
    ['.', '^a\\.b$'],
  ])('with %s protected, a call can satisfy %s, or the linter can not tell', (path, pattern) => {
    const policy = `${withPattern(pattern)}  protected_paths: ['${path}']\n`;
    expect(describeFindings('impossible-pattern', policy)).toEqual([]);
  });

  it('says where only a detour passes', () => {
    const policy = `${withPattern('^/etc/.*$')}  protected_paths: [/etc]\n`;
    expect(describeFindings('impossible-pattern', policy)).toEqual([
      "«'^/etc/.*$'» no call can satisfy `^/etc/.*$` without a detour through `..`: all that it accepts is protected by `/etc`",
    ]);
  });

  it('takes several protected paths together', () => {
    const policy = (paths: string): string =>
      `${withPattern('^/(?:etc|root)/[a-z]+$')}  protected_paths: ${paths}\n`;
    expect(describeFindings('impossible-pattern', policy('[/etc, /root, /srv]'))).toEqual([
      "«'^/(?:etc|root)/[a-z]+$'» no call can satisfy `^/(?:etc|root)/[a-z]+$`: all that it accepts is protected by `/etc` and `/root`",
    ]);
    expect(describeFindings('impossible-pattern', policy('[/etc, /srv]'))).toEqual([]);
  });

  it('knows the argument that the proxy takes away', () => {
    expect(describeFindings('impossible-pattern', withPattern('^x$', '_aip_aat'))).toEqual([
      '«_aip_aat» `_aip_aat` is reserved for the agent authentication token and never an argument',
    ]);
  });

  it('looks at patterns of dlp', () => {
    const policy = "spec:\n  dlp:\n    patterns:\n      - { name: a, regex: 'x^y' }\n";
    expect(describeFindings('impossible-pattern', policy)).toEqual([
      "«'x^y'» `x^y` matches no text at all: it never finds anything",
    ]);
  });
});
