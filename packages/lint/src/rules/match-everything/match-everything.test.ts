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

  it.each([
    ['send_email', 'subject', '^[^\\n]{1,200}$', 0],
    ['send_email', 'subject', '^(?s:.{1,500})$', 0],
    ['send_email', 'subject', '^.{1,}$', 1],
    ['send_email', 'subject', '.{1,200}', 1],
    ['write', 'path', '^[^\\n]{1,200}$', 1],
    ['open', 'url', '^[^\\n]{1,200}$', 1],
    ['do', 'command', '^[^\\n]{1,200}$', 1],
    ['bash', 'value', '^[^\\n]{1,200}$', 1],
  ])('of %s, %s may be %s', (tool, argument, pattern, count) => {
    expect(describeFindings('match-everything', withPattern(pattern, argument, tool))).toHaveLength(count);
  });

  it('shows a text that nobody can have meant', () => {
    expect(describeFindings('match-everything', withPattern('^.+$'))).toEqual([
      "«'^.+$'» `^.+$` accepts nearly everything, for example `; rm -rf ~`",
    ]);
  });
});
