import { describe, expect, it } from 'vitest';
import { describeFindings, withPattern } from '../../../test/lint-text.ts';

describe('match-everything', () => {
  it.each(['.*', '^.*', '^.+$', '', '^', '(?s).', '[^x]?', '.', '^[\\s\\S]*$', '^[^#]*$', '^[ -~]+$'])(
    '%s constrains nothing',
    (pattern) => {
      expect(describeFindings('match-everything', withPattern(pattern))).toHaveLength(1);
    },
  );

  it.each(['^https://.*', '^[^;]*$', '^[a-z]+$', '^\\S+$', 'a', '^.{0,5}$', '(?!'])(
    '%s is a constraint',
    (pattern) => {
      expect(describeFindings('match-everything', withPattern(pattern))).toEqual([]);
    },
  );

  it('takes `^` in a strict rule for what it is: the argument may be there', () => {
    const policy = (strict: string, pattern: string): string =>
      `spec:\n  tool_rules:\n    - tool: send\n${strict}      allow_args:\n        text: '${pattern}'\n`;
    expect(describeFindings('match-everything', policy('      strict_args: true\n', '^'))).toEqual([]);
    expect(describeFindings('match-everything', policy('      strict_args: true\n', '.*'))).toHaveLength(1);
    expect(describeFindings('match-everything', policy('', '^'))).toHaveLength(1);
    const byDefault = policy('', '^').replace('spec:\n', 'spec:\n  strict_args_default: true\n');
    expect(describeFindings('match-everything', byDefault)).toEqual([]);
  });

  it('shows a text that nobody can have meant', () => {
    expect(describeFindings('match-everything', withPattern('^.+$'))).toEqual([
      "«'^.+$'» `^.+$` accepts nearly everything, for example `; rm -rf ~`",
    ]);
  });
});
