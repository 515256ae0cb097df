import { describe, expect, it } from 'vitest';
import { describeFindings, withPattern } from '../../../test/lint-text.ts';

function find(pattern: string, argument: string, tool?: string): readonly string[] {
  return describeFindings('newline-or-second-command', withPattern(pattern, argument, tool));
}

describe('newline-or-second-command', () => {
  it.each([
    ['^SELECT\\s+.*', 'query', 'SELECT 1; DROP TABLE x'],
    ['(?i)^select .*', 'query', 'select 1; DROP TABLE x'],
    ['^[^()]+$', 'sql', 'a 1; DROP TABLE x'],
  ])('%s for %s lets a second statement through', (pattern, argument, example) => {
    expect(find(pattern, argument)).toEqual([
      `«'${pattern}'» \`${pattern}\` lets a second statement through: \`${example}\` passes`,
    ]);
  });

  it.each([
    ['^(ls|cat)\\s.*', 'command', 'ls ; rm -rf ~'],
    ['^git [^;]*$', 'cmd', 'git && rm -rf ~'],
    ['^echo [^;&|]*$', 'command', 'echo $(id)'],
    ['^ls\\s+\\w+$', 'command', 'ls\\na'],
  ])('%s for %s lets a second command through', (pattern, argument, example) => {
    const [found = ''] = find(pattern, argument);
    expect(found).toContain('lets a second command');
    expect(found).toContain(`: \`${example}\` passes`);
  });

  it.each([
    ['^(?:ls|cat) [A-Za-z0-9_./-]+$', 'command'],
    ['^[a-zA-Z0-9 _./=-]+$', 'command'],
    ['^SELECT [a-z, ]+ FROM (?:a|b);?$', 'query'],
    ['^SELECT .*', 'title'],
    ['^[^/]+$', 'query'],
  ])('%s for %s does not, or is not read by a shell or a database', (pattern, argument) => {
    expect(find(pattern, argument)).toEqual([]);
  });

  it('takes a query for SQL where the tool runs queries', () => {
    expect(find('^[^/]+$', 'query', 'run_query')).toHaveLength(1);
    expect(find('^[^/]+$', 'query', 'search_issues')).toEqual([]);
  });
});
