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

  it('shows a text that nobody can have meant', () => {
    expect(describeFindings('match-everything', withPattern('^.+$'))).toEqual([
      "«'^.+$'» `^.+$` accepts nearly everything, for example `; rm -rf ~`",
    ]);
  });
});
