import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineReader } from '../lines/line-reader.ts';
import type { Side } from './message.ts';
import { readLineMessage } from './read-line.ts';

function readOverlong(text: string, from: Side = 'server') {
  const [event] = createLineReader({ maxBytes: 4000 }).push(new TextEncoder().encode(`${text}\n`));
  if (event === undefined) throw new Error('no line');
  const message = readLineMessage(event, from);
  if (message.kind !== 'invalid') return message.kind;
  return { code: message.code, id: message.id?.text ?? null, shape: message.shape };
}

const long = 'x'.repeat(5000);

describe('an overlong line', () => {
  it.each([
    ['id first', `{"jsonrpc":"2.0","id":7,"result":{"a":"${long}"}}`, '7', 'response'],
    ['id last', `{"result":{"a":"${long}"},"jsonrpc":"2.0","id":"b"}`, '"b"', 'response'],
    ['id before the end', `{"result":{"a":"${long}"},"id":7,"jsonrpc":"2.0"}`, '7', 'response'],
    ['white space', `{ "result" : {"a":"${long}"} , "jsonrpc":"2.0" , "id" : 7 } `, '7', 'response'],
    ['an error', `{"jsonrpc":"2.0","id":7,"error":{"message":"${long}"}}`, '7', 'response'],
    ['a request', `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"a":"${long}"}}`, '7', 'request'],
    ['a request with its method last', `{"params":{"a":"${long}"},"id":7,"method":"x"}`, '7', 'request'],
    ['an id inside the result', `{"jsonrpc":"2.0","result":{"a":"${long}","id":7}}`, null, 'response'],
    ['an id inside a string', `{"jsonrpc":"2.0","result":{"a":"${long},\\"id\\":7}"}}`, null, 'response'],
    ['an id inside the first string', `{"a":"\\"id\\":7,${long}","result":{}}`, null, 'unknown'],
    ['two ids', `{"id":1,"result":{"a":"${long}"},"jsonrpc":"2.0","id":2}`, null, 'response'],
    ['an id in the middle', `{"result":"${long}","id":7,"x":"${long}"}`, null, 'response'],
    ['no message', long, null, 'unknown'],
    ['a batch', `[{"id":1,"result":"${long}"}]`, null, 'unknown'],
  ])('with %s', (_, text, id, shape) => {
    expect(readOverlong(text)).toEqual({ code: -32600, id, shape });
  });

  it('is read as any other up to the limit', () => {
    expect(readOverlong(`{"jsonrpc":"2.0","id":7,"result":"${'x'.repeat(3000)}"}`)).toBe('response');
  });

  it("never yields an id that is not the message's own", () => {
    const value = fc.object({ key: fc.constantFrom('id', 'a', '"id":3}', ',"id":3'), maxDepth: 2 });
    fc.assert(
      fc.property(value, value, fc.constantFrom(undefined, 5, 'five'), (first, last, id) => {
        const text = JSON.stringify({ result: { ...first, long, ...last }, jsonrpc: '2.0', id });
        const read = readOverlong(text);
        expect(read).toMatchObject({ id: id === undefined ? null : JSON.stringify(id) });
      }),
    );
  });
});

describe('a line that is not UTF-8', () => {
  it('is refused with the id that it shows', () => {
    const text = Buffer.from(
      '{"jsonrpc":"2.0","id":"badutf8","method":"tools/call","params":{"name":"\xff\xfe"}}\n',
      'latin1',
    );
    const [event] = createLineReader({ maxBytes: 4000 }).push(text);
    expect(event !== undefined && readLineMessage(event, 'client')).toMatchObject({
      kind: 'invalid',
      code: -32700,
      reason: 'the line is not UTF-8',
      id: { value: 'badutf8' },
      shape: 'request',
    });
  });
});
