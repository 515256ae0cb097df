import { describe, expect, it } from 'vitest';
import type { Message, Side } from './message.ts';
import { readMessage } from './read-message.ts';

function invalidOf(text: string, from: Side = 'client') {
  const message = readMessage(text, from);
  return message.kind === 'invalid'
    ? { code: message.code, id: message.id?.text ?? null, shape: message.shape }
    : { kind: message.kind };
}

const call = (params: string, id = '1'): string =>
  `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":${params}}`;

describe('readMessage accepts', () => {
  const accepted: readonly (readonly [string, Side, Message['kind']])[] = [
    ['{"jsonrpc":"2.0","id":1,"method":"ping"}', 'client', 'request'],
    ['{"jsonrpc":"2.0","id":"a","method":"ping"}', 'client', 'request'],
    ['  {"jsonrpc" : "2.0", "id": 0, "method":"ping" } ', 'client', 'request'],
    ['{"jsonrpc":"2.0","id":-7,"method":"ping","params":null}', 'client', 'request'],
    ['{"jsonrpc":"2.0","id":9007199254740991,"method":"ping"}', 'client', 'request'],
    ['{"jsonrpc":"2.0","id":1,"method":"ping","vendor":{"ID":1}}', 'client', 'request'],
    ['{"jsonrpc":"2.0","method":"notifications/initialized"}', 'client', 'notification'],
    ['{"jsonrpc":"2.0","id":1,"result":{"roots":[]}}', 'client', 'response'],
    ['{"jsonrpc":"2.0","id":1,"result":"anything"}', 'server', 'response'],
    ['{"jsonrpc":"2.0","id":1.0,"result":{}}', 'server', 'response'],
    ['{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}', 'server', 'response'],
    ['{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"}}', 'server', 'response'],
    ['[{"jsonrpc":"2.0","id":1,"method":"ping"}]', 'client', 'batch'],
    [call('{"name":"x","arguments":{"Name":1,"ID":2}}'), 'client', 'request'],
  ];
  it.each(accepted)('%s from the %s', (text, from, kind) => {
    expect(readMessage(text, from).kind).toBe(kind);
  });
});

describe('readMessage refuses what is not JSON, with -32700', () => {
  it.each([
    ['', null, 'unknown'],
    ['not json', null, 'unknown'],
    ['{"jsonrpc":"2.0","id":1,"method":"ping"', null, 'request'],
    ['{"jsonrpc":"2.0","id":1,"method":"ping"} {"jsonrpc":"2.0","id":2,"method":"ping"}', null, 'request'],
    ['\ufeff{"jsonrpc":"2.0","id":1,"method":"ping"}', '1', 'request'],
    ['{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":NaN}}', '1', 'request'],
    ['{"jsonrpc":"2.0","id":1,"method":"pi\rng"}', '1', 'request'],
    ['{"jsonrpc":"2.0","id":1,\r"method":"ping"}', '1', 'request'],
    ['{"jsonrpc":"2.0","id":1,\t"method":"ping"}', '1', 'request'],
    ['{"jsonrpc":"2.0","id":1,"method":"ping",}', null, 'request'],
    ["{'jsonrpc':'2.0'}", null, 'unknown'],
  ])('%j', (text, id, shape) => {
    expect(invalidOf(text)).toEqual({ code: -32700, id, shape });
  });
});

describe('readMessage refuses what can be read in two ways, with -32600', () => {
  it.each([
    ['a repeated method', '{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}', '1'],
    ['a repeated id', '{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}', null],
    ['a repeated name', call('{"name":"a","name":"b"}'), '1'],
    ['a name repeated through an escape', call('{"name":"a","n\\u0061me":"b"}'), '1'],
    ['a key repeated deep inside', call('{"name":"a","arguments":{"x":[{"y":1,"y":2}]}}'), '1'],
    ['a number beyond a double', call('{"name":"a","arguments":{"x":1e400}}'), '1'],
    ['a level too deep', call(`{"name":"a","arguments":{"x":${'['.repeat(126)}${']'.repeat(126)}}}`), '1'],
    ['ID beside id', '{"jsonrpc":"2.0","id":1,"ID":2,"method":"ping"}', '1'],
    ['Method', '{"jsonrpc":"2.0","id":1,"method":"ping","Method":"tools/call"}', '1'],
    ['PARAMS', '{"jsonrpc":"2.0","id":1,"method":"tools/call","PARAMS":{"name":"a"}}', '1'],
    ['a long s', '{"jsonrpc":"2.0","id":1,"method":"tools/call","param\u017f":{"name":"a"}}', '1'],
    ['a dotless i', '{"jsonrpc":"2.0","id":1,"\u0131d":2,"method":"ping"}', '1'],
    ['a dotted I', '{"jsonrpc":"2.0","id":1,"\u0130d":2,"method":"ping"}', '1'],
    ['Name in params', call('{"name":"a","Name":"b"}'), '1'],
    ['a NUL behind name', call('{"name":"a","name\\u0000":"b"}'), '1'],
    ['a zero-width space in name', call('{"name":"a","na\u200bme":"b"}'), '1'],
    ['fullwidth arguments', call('{"name":"a","\uff41rguments":{}}'), '1'],
    ['a space before arguments', call('{"name":"a"," arguments":{}}'), '1'],
    ['Jsonrpc in params', call('{"name":"a","JsonRPC":"2.0"}'), '1'],
  ])('%s', (_, text, id) => {
    expect(invalidOf(text)).toEqual({ code: -32600, id, shape: 'request' });
  });

  it('looks at the level of a result, too', () => {
    expect(invalidOf('{"jsonrpc":"2.0","id":1,"result":{"content":[],"Content":[]}}', 'server')).toEqual({
      code: -32600,
      id: '1',
      shape: 'response',
    });
    expect(invalidOf('{"jsonrpc":"2.0","id":1,"result":{"tools":[],"TOOLS":[]}}', 'server')).toMatchObject({
      code: -32600,
    });
  });
});

describe('readMessage refuses what is no JSON-RPC message', () => {
  it.each([
    ['12', -32600, null, 'unknown'],
    ['"ping"', -32600, null, 'unknown'],
    ['null', -32600, null, 'unknown'],
    ['[]', -32600, null, 'unknown'],
    ['{}', -32600, null, 'unknown'],
    ['{"id":1,"method":"ping"}', -32600, '1', 'request'],
    ['{"jsonrpc":2.0,"id":1,"method":"ping"}', -32600, '1', 'request'],
    ['{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600, '1', 'request'],
    ['{"jsonrpc":"2.0","id":1}', -32600, '1', 'unknown'],
    ['{"jsonrpc":"2.0","id":1,"method":null}', -32600, '1', 'request'],
    ['{"jsonrpc":"2.0","id":1,"method":["tools/call"]}', -32600, '1', 'request'],
    ['{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}', -32600, '1', 'unknown'],
    ['{"jsonrpc":"2.0","id":1,"result":{},"error":{}}', -32600, '1', 'response'],
    ['{"jsonrpc":"2.0","id":1,"error":"no"}', -32600, '1', 'response'],
    ['{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}', -32602, '1', 'request'],
    ['{"jsonrpc":"2.0","id":1,"method":"tools/call","params":"x"}', -32602, '1', 'request'],
  ])('%s', (text, code, id, shape) => {
    expect(invalidOf(text)).toEqual({ code, id, shape });
  });

  it.each([
    ['null'],
    ['true'],
    ['[1]'],
    ['{}'],
    ['1.5'],
    ['9007199254740992'],
    ['9007199254740993'],
    ['1e400'],
  ])('the id %s in a request of either side', (id) => {
    const text = `{"jsonrpc":"2.0","id":${id},"method":"ping"}`;
    expect(invalidOf(text, 'client')).toEqual({ code: -32600, id: null, shape: 'request' });
    expect(invalidOf(text, 'server')).toEqual({ code: -32600, id: null, shape: 'request' });
  });

  it.each([['1.0'], ['1e0'], ['10e-1']])('the id %s, which is no integer literal', (id) => {
    expect(invalidOf(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`)).toMatchObject({ code: -32600 });
  });

  it.each([['"id":null,'], ['']])('an answer of the client with %j for an id', (id) => {
    expect(invalidOf(`{"jsonrpc":"2.0",${id}"error":{"code":1,"message":""}}`)).toMatchObject({
      code: -32600,
    });
  });

  it('an id that is too long to remember', () => {
    expect(invalidOf(`{"jsonrpc":"2.0","id":"${'x'.repeat(1025)}","method":"ping"}`)).toMatchObject({
      code: -32600,
      id: null,
    });
  });
});

describe('readMessage reads', () => {
  it('ids so that a number and a string differ, and keeps their literals', () => {
    const key = (id: string): string | undefined => {
      const message = readMessage(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`, 'client');
      return message.kind === 'request' ? message.id.key : undefined;
    };
    expect(key('1')).not.toBe(key('"1"'));
    expect(key('"a"')).toBe(key('"\\u0061"'));
    expect(key('-0')).toBe(key('0'));
    const escaped = readMessage('{"jsonrpc":"2.0","id":"\\u0061","method":"ping"}', 'client');
    expect(escaped).toMatchObject({ id: { text: '"\\u0061"', value: 'a' } });
  });

  it('a method as it is written and as it is judged', () => {
    expect(readMessage('{"jsonrpc":"2.0","id":1,"method":" Tools/Call"}', 'client')).toMatchObject({
      method: ' Tools/Call',
      normalizedMethod: 'tools/call',
    });
  });

  it('the elements of a batch, each with its own text', () => {
    const batch = readMessage(
      '[{"jsonrpc":"2.0","id":1,"method":"ping"} , 5,[],{"jsonrpc":"2.0"}]',
      'client',
    );
    expect(batch.kind === 'batch' && batch.elements.map(({ kind, text }) => [kind, text])).toEqual([
      ['request', '{"jsonrpc":"2.0","id":1,"method":"ping"}'],
      ['invalid', '5'],
      ['invalid', '[]'],
      ['invalid', '{"jsonrpc":"2.0"}'],
    ]);
  });

  it('no batch with more messages than the limit, and none under a limit that is no number', () => {
    expect(readMessage('[1,2,3]', 'client', { maxBatch: 2 })).toMatchObject({
      kind: 'invalid',
      code: -32600,
    });
    expect(readMessage('[1,2]', 'client', { maxBatch: 2 })).toMatchObject({ kind: 'batch' });
    expect(readMessage('[1]', 'client', { maxBatch: Number.NaN })).toMatchObject({ kind: 'invalid' });
  });

  it('reasons without characters that forge a line', () => {
    const message = readMessage('{"a\\n[aip-proxy]\\u001b":1,"a\\n[aip-proxy]\\u001b":1}', 'client');
    expect(message.kind === 'invalid' && message.reason).toBe('at character 27: a key is repeated');
  });

  it('the id of an answer with nothing wrong but text behind it', () => {
    const idOf = (text: string): string | undefined => {
      const message = readMessage(text, 'server');
      return message.kind === 'invalid' ? message.id?.text : undefined;
    };
    const answer = '{"jsonrpc":"2.0","id":3,"result":{}}';
    expect(idOf(`${answer}{}`)).toBe('3');
    expect(idOf(`${answer} done`)).toBe('3');
    expect(idOf(`${answer}}`)).toBe('3');
    expect(idOf('{"jsonrpc":"2.0","id":3,"result":{}')).toBeUndefined();
    expect(idOf('{"jsonrpc":"2.0","id":3,"id":4,"result":{}}{}')).toBeUndefined();
    expect(idOf('{"jsonrpc":"2.0","id":3,"result":NaN}{}')).toBeUndefined();
  });
});
