import { describe, expect, it } from 'vitest';
import { AWS, AWS_KEY, EMAIL, makeScanner, type Pattern, SSN, scanSource } from './support.ts';

const scanner = makeScanner([AWS, EMAIL, SSN]);

describe('scanMessage redacts', () => {
  it.each([
    [
      'a text of a result',
      `{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"key ${AWS_KEY}!"}]}}`,
      '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"key [REDACTED:AWS Key]!"}]}}',
    ],
    [
      'nothing else: white space, escapes, digits and order stay',
      `{ "id" : 1.50e1,\t"result":{"n":9007199254740993,"t":"a\\/\\u00e9","x":["${AWS_KEY}" , 1e2]},"jsonrpc":"2.0"} `,
      '{ "id" : 1.50e1,\t"result":{"n":9007199254740993,"t":"a\\/\\u00e9","x":["[REDACTED:AWS Key]" , 1e2]},"jsonrpc":"2.0"} ',
    ],
    ['a string as result', '{"id":1,"result":"a@b.org"}', '{"id":1,"result":"[REDACTED:Email]"}'],
    [
      'structured content at any depth',
      `{"id":1,"result":{"structuredContent":{"a":[[{"b":{"c":"${AWS_KEY}"}}]]}}}`,
      '{"id":1,"result":{"structuredContent":{"a":[[{"b":{"c":"[REDACTED:AWS Key]"}}]]}}}',
    ],
    [
      'the text of a resource, its address and _meta',
      '{"id":1,"result":{"contents":[{"uri":"mailto:a@b.org","text":"c@d.org"}],"_meta":{"by":"e@f.org"}}}',
      '{"id":1,"result":{"contents":[{"uri":"mailto:[REDACTED:Email]","text":"[REDACTED:Email]"}],"_meta":{"by":"[REDACTED:Email]"}}}',
    ],
    [
      "an error's message and data",
      '{"id":1,"error":{"code":-32000,"message":"no a@b.org","data":{"who":["c@d.org"]}}}',
      '{"id":1,"error":{"code":-32000,"message":"no [REDACTED:Email]","data":{"who":["[REDACTED:Email]"]}}}',
    ],
    [
      'params of a notification',
      '{"method":"notifications/message","params":{"level":"info","data":"a@b.org"}}',
      '{"method":"notifications/message","params":{"level":"info","data":"[REDACTED:Email]"}}',
    ],
    [
      'members of the message that JSON-RPC does not know',
      '{"id":1,"result":{},"note":"a@b.org","c@d.org":1}',
      '{"id":1,"result":{},"note":"[REDACTED:Email]","[REDACTED:Email]":1}',
    ],
    [
      'keys',
      '{"id":1,"result":{"a@b.org":{"c@d.org":true}}}',
      '{"id":1,"result":{"[REDACTED:Email]":{"[REDACTED:Email]":true}}}',
    ],
    [
      'what escapes hide',
      '{"id":1,"result":"\\u0061\\u0040b.or\\u0067"}',
      '{"id":1,"result":"[REDACTED:Email]"}',
    ],
    [
      'and writes quotes, line breaks and lone surrogates around a match as escapes',
      '{"id":1,"result":"\\"\\n\\ud800 a@b.org \\\\"}',
      '{"id":1,"result":"\\"\\n\\ud800 [REDACTED:Email] \\\\"}',
    ],
  ])('%s', (_, source, text) => {
    expect(scanSource(scanner, source)).toMatchObject({ kind: 'redacted', text, truncated: false });
  });

  it('in the order of the policy, and counts each pattern', () => {
    const source = `{"id":1,"result":["123-45-6789","a@b.org","c@d.org 123-45-6789"]}`;
    expect(scanSource(scanner, source)).toEqual({
      kind: 'redacted',
      text: '{"id":1,"result":["[REDACTED:SSN]","[REDACTED:Email]","[REDACTED:Email] [REDACTED:SSN]"]}',
      events: [
        { rule: 'Email', count: 2 },
        { rule: 'SSN', count: 2 },
      ],
      truncated: false,
    });
  });

  it('each pattern in what the one before it left', () => {
    const inOrder = makeScanner([
      ['first', 'ab'],
      ['second', 'REDACTED:first'],
    ]);
    expect(scanSource(inOrder, '{"result":"xaby"}')).toMatchObject({
      text: '{"result":"x[[REDACTED:second]]y"}',
    });
  });

  it.each(['$0', '$&', '$1', '\\1', '$<n>', '"}', 'a\nb'])('with the name %j as it is', (name) => {
    const scan = scanSource(makeScanner([[name, '(se)cret']]), '{"result":"a secret b"}');
    const text = `{"result":${JSON.stringify(`a [REDACTED:${name}] b`)}}`;
    expect(scan).toMatchObject({ kind: 'redacted', text, events: [{ rule: name, count: 1 }] });
  });

  it('a match even where its replacement is the same text', () => {
    const scan = scanSource(makeScanner([['x', '\\[REDACTED:x\\]']]), '{"result":"[REDACTED:x]"}');
    expect(scan).toMatchObject({ kind: 'redacted', events: [{ rule: 'x', count: 1 }] });
  });
});

describe('scanMessage leaves alone', () => {
  const all: Pattern = ['all', '.+'];
  it.each([
    ['jsonrpc, id and method', '{"jsonrpc":"2.0","id":"a@b.org","method":"a@b.org"}'],
    ['the keys of the parts of a message', '{"params":{},"result":{},"error":{}}'],
    ['numbers, booleans and null', '{"result":[1,-2.5e3,true,false,null]}'],
  ])('%s', (_, source) => {
    expect(scanSource(makeScanner([all]), source)).toEqual({ kind: 'clean', events: [], truncated: false });
  });

  it('but not what is called id, jsonrpc or method further inside', () => {
    expect(scanSource(scanner, '{"result":{"id":"a@b.org","method":"a@b.org"}}')).toMatchObject({
      text: '{"result":{"id":"[REDACTED:Email]","method":"[REDACTED:Email]"}}',
    });
  });
});

describe('scanMessage refuses', () => {
  it.each([
    ['a cursor', '{"result":{"nextCursor":"a@b.org"}}'],
    ['the state of a request', '{"result":{"resultType":"input_required","requestState":"a@b.org"}}'],
    [
      'a progress token',
      '{"method":"notifications/progress","params":{"progressToken":"a@b.org","progress":1}}',
    ],
    ['a progress token in _meta', '{"method":"x","params":{"_meta":{"progressToken":"a@b.org"}}}'],
    ['a string inside a handle', '{"result":{"nextCursor":{"after":["a@b.org"]}}}'],
    ['a key inside a handle', '{"result":{"requestState":{"a@b.org":1}}}'],
    ['a handle beside the result', '{"id":1,"requestState":"a@b.org"}'],
  ])('a match in %s', (_, source) => {
    expect(scanSource(scanner, source)).toEqual({
      kind: 'refused',
      problem: 'handle',
      events: [{ rule: 'Email', count: 1 }],
      truncated: false,
    });
  });

  it("a match in a handle's key, which would rename it", () => {
    const scan = scanSource(makeScanner([['state', 'State']]), '{"result":{"requestState":"x"}}');
    expect(scan).toMatchObject({ kind: 'refused', problem: 'handle' });
  });

  it.each([
    ['two redacted keys that become equal', '{"result":{"a@b.org":1,"c@d.org":2}}'],
    ['a redacted key that equals another', '{"result":{"[REDACTED:Email]":1,"c@d.org":2}}'],
    ['keys beside the result', '{"a@b.org":1,"c@d.org":2}'],
    ['keys deep inside', '{"result":[{"x":{"a@b.org":1,"y":0,"c@d.org":2}}]}'],
  ])('%s', (_, source) => {
    expect(scanSource(scanner, source)).toMatchObject({ kind: 'refused', problem: 'key-collision' });
  });

  it('and still counts what matches elsewhere', () => {
    const source = '{"result":{"t":"a@b.org","nextCursor":"c@d.org","u":"123-45-6789"}}';
    expect(scanSource(scanner, source)).toMatchObject({
      kind: 'refused',
      events: [
        { rule: 'Email', count: 2 },
        { rule: 'SSN', count: 1 },
      ],
    });
  });

  it('not a handle without a match', () => {
    const source = '{"result":{"nextCursor":"page-2","t":"a@b.org"}}';
    expect(scanSource(scanner, source)).toMatchObject({
      kind: 'redacted',
      text: '{"result":{"nextCursor":"page-2","t":"[REDACTED:Email]"}}',
    });
  });

  it('not equal keys of different objects', () => {
    expect(scanSource(scanner, '{"result":[{"a@b.org":1},{"c@d.org":2}]}')).toMatchObject({
      kind: 'redacted',
    });
  });
});

describe('patterns that match each other’s replacements', () => {
  const digits: Pattern = ['digit', '\\d'];
  const capitals: Pattern = ['upper', '[A-Z]'];

  it('cost a text that would grow without bounds its whole', () => {
    const scan = makeScanner([digits, capitals]).scanText('1'.repeat(100_000));
    expect(scan).toEqual({
      text: '[REDACTED:digit]',
      events: [{ rule: 'digit', count: 1 }],
      truncated: false,
    });
  });

  it('cannot make a message of many texts grow without bounds', () => {
    const source = JSON.stringify({ result: Array.from({ length: 300 }, () => '1'.repeat(5_000)) });
    const scan = scanSource(makeScanner([digits, capitals]), source);
    if (scan.kind !== 'redacted') throw new Error(scan.kind);
    expect(scan.text.length).toBeLessThan(17 * source.length);
    expect(scan.text).toContain('"[REDACTED:digit]"');
    expect(scan.text).not.toMatch(/1{5}/);
  });
});
