import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../../test/lint-text.ts';
import { readToolList } from '../../model/tool-list.ts';

const tools = readToolList('[{"name":"read_file"},{"name":"write_file"}]', 'tools.json');

describe('unknown-tool', () => {
  it.each([
    ['  allowed_tools: [read_fiel]\n', '«read_fiel» the server has no tool `read_fiel`'],
    ['  allowed_tools: [weather]\n', '«weather» the server has no tool `weather`'],
    [
      '  tool_rules:\n    - tool: raed_file\n      action: ask\n',
      '«raed_file» the server has no tool `raed_file`',
    ],
    [
      '  denied_tools: [write_fil]\n',
      '«write_fil» the server has no tool `write_fil`, so nothing is refused here',
    ],
    [
      '  tool_rules:\n    - tool: write_fil\n      action: block\n',
      '«write_fil» the server has no tool `write_fil`, so nothing is refused here',
    ],
  ])('%j', (lines, finding) => {
    expect(describeFindings('unknown-tool', `spec:\n${lines}`, { tools })).toEqual([finding]);
  });

  it.each(['  allowed_tools: [Read_File]\n', '  denied_tools: [shell]\n'])('is silent about %j', (lines) => {
    expect(describeFindings('unknown-tool', `spec:\n${lines}`, { tools })).toEqual([]);
  });

  it('is silent without a recorded list', () => {
    expect(describeFindings('unknown-tool', 'spec:\n  allowed_tools: [weather]\n')).toEqual([]);
  });
});
