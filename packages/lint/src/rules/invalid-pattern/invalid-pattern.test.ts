import { describe, expect, it } from 'vitest';
import { describeFindings, runRule, withPattern } from '../../../test/lint-text.ts';

describe('invalid-pattern', () => {
  it.each([
    ['^(?!x)a$', '(?!'],
    ['a(?<=b)', '(?<='],
    ['(a)\\1', '\\1'],
    ['a*+', '+'],
  ])('marks what RE2 does not have in %s', (pattern, marked) => {
    const [found = '', ...others] = describeFindings('invalid-pattern', withPattern(pattern));
    expect(others).toEqual([]);
    expect(found).toContain(marked);
  });

  it('marks the place inside a double-quoted pattern', () => {
    const policy = 'spec:\n  tool_rules:\n    - tool: t\n      allow_args:\n        path: "^\\\\w(?!x)$"\n';
    const [found] = runRule('invalid-pattern', policy);
    // `        path: "` is 15 columns; `^\\w` is 4 more.
    expect(found?.location.range.start.column).toBe(20);
  });

  it('looks at blocked tools and at patterns of dlp too', () => {
    const policy = `spec:
  tool_rules:
    - tool: t
      action: block
      allow_args:
        a: '('
  dlp:
    patterns:
      - { name: n, regex: '[' }
`;
    expect(describeFindings('invalid-pattern', policy)).toHaveLength(2);
  });

  it('refuses a pattern that is too large once it is written out', () => {
    expect(describeFindings('invalid-pattern', withPattern('^(?:\\pL{1000}){1000}$'))).toHaveLength(1);
  });

  it('is silent about every pattern of RE2', () => {
    expect(describeFindings('invalid-pattern', withPattern('(?i)^\\pL+\\b[[:alpha:]]{2,3}?\\z'))).toEqual([]);
  });
});
