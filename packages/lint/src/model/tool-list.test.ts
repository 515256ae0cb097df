import { describe, expect, it } from 'vitest';
import { LintError } from '../lint-error.ts';
import { readToolList } from './tool-list.ts';

const LIST = '[{"name":"a"},{"name":"b","inputSchema":{}}]';

describe('readToolList', () => {
  it.each([
    ['a bare list', LIST],
    ['a result', `{"tools":${LIST},"nextCursor":"x"}`],
    ['a response', `{"jsonrpc":"2.0","id":1,"result":{"tools":${LIST}}}`],
    ['a line of a trace', `{"seq":1,"raw":{"result":{"tools":${LIST}}}}`],
    [
      'a trace with two pages',
      '{"raw":{"result":{"capabilities":{"tools":{}}}}}\n{"raw":{"result":{"tools":[{"name":"a"}]}}}\n{"raw":{"result":{"tools":[{"name":"b"}]}}}\n',
    ],
  ])('reads %s', (_, text) => {
    expect(readToolList(text, 'tools.json').map((tool) => tool.name)).toEqual(['a', 'b']);
  });

  it('takes the last definition of a name', () => {
    const text = '{"result":{"tools":[{"name":"a"}]}}\n{"result":{"tools":[{"name":"a","title":"A"}]}}\n';
    expect(readToolList(text, 'trace.jsonl')[0]?.definition.members).toHaveLength(2);
  });

  it.each(['', 'no json', '{}', '[1]', '{"tools":[{"title":"x"}]}', '{"capabilities":{"tools":{}}}'])(
    'refuses %j, which holds no tool list',
    (text) => {
      expect(() => readToolList(text, 'x.json')).toThrow(LintError);
      expect(() => readToolList(text, 'x.json')).toThrow('x.json holds no tool list');
    },
  );
});
