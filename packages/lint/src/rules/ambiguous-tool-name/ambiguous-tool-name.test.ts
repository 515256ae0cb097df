import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';
import { readToolList } from '../../model/tool-list.ts';

const tools = readToolList('{"tools":[{"name":"a"},{"name":"A"},{"name":"b"}]}', 'tools.json');

describe('ambiguous-tool-name', () => {
  it('names the tools that share a name', () => {
    expect(describeFindings('ambiguous-tool-name', 'spec:\n  allowed_tools: [a, b]\n', { tools })).toEqual([
      '«a» `a` stands for `a` and `A` of the server: calls that can not be told apart are refused',
    ]);
  });

  it('is silent where the tool is refused anyway', () => {
    expect(describeFindings('ambiguous-tool-name', 'spec:\n  denied_tools: [a]\n', { tools })).toEqual([]);
  });
});
