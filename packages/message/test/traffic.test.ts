import type { JsonNode } from '@agentpolicy/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSession, forwardText, type Message, readMessage, type Side } from '../src/index.ts';
import { hasTraffic, readTraffic } from './traffic.ts';

/** What JSON.parse would make of a value, and what it cannot keep: a repeated key has no place here. */
function toValue(node: JsonNode): unknown {
  switch (node.kind) {
    case 'null':
      return null;
    case 'string':
    case 'boolean':
      return node.value;
    case 'number':
      return Number(node.literal);
    case 'array':
      return node.items.map(toValue);
    case 'object': {
      const keys = node.members.map((member) => member.key);
      expect(new Set(keys).size).toBe(keys.length);
      return Object.fromEntries(node.members.map((member) => [member.key, toValue(member.value)]));
    }
  }
}

/** Whatever is accepted must read the same elsewhere, and be forwarded so that it still does. */
function expectOneReading(message: Message): void {
  switch (message.kind) {
    case 'invalid':
      return;
    case 'batch':
      message.elements.forEach(expectOneReading);
      return;
    case 'request':
    case 'notification':
    case 'response': {
      const parsed: unknown = JSON.parse(message.text);
      expect(toValue(message.root)).toEqual(parsed);
      expect(JSON.parse(forwardText(message))).toEqual(parsed);
      expect(/[\n\r\u0085\u2028\u2029]/.test(forwardText(message))).toBe(false);
    }
  }
}

const insertions = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '0',
  '1e400',
  '-',
  '\u0000',
  '\r',
  '\u2028',
  '\ufeff',
].concat(['"id":1,', '"Id":1,', '"method":"x",', '"n\\u0061me":1,', 'null', '\ud800', ' ', 'é', '\u017f']);

/** A text after a few insertions, deletions, replacements and cuts. */
function mutations(texts: readonly string[]): fc.Arbitrary<string> {
  const step = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.nat(4),
    insert: fc.oneof(fc.constant(''), fc.constantFrom(...insertions)),
  });
  return fc
    .tuple(fc.constantFrom(...texts), fc.array(step, { minLength: 1, maxLength: 4 }))
    .map(([text, steps]) =>
      steps.reduce((current, { at, remove, insert }) => {
        const offset = Math.floor(at * current.length);
        return current.slice(0, offset) + insert + current.slice(offset + remove);
      }, text),
    );
}

const samples = [
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"message":"hi"}}}',
  '{"result":{"content":[{"type":"text","text":"Echo: hi"}]},"jsonrpc":"2.0","id":"a"}',
  '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}',
  '[{"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":0.5e-3}},{"jsonrpc":"2.0"}]',
];

describe('any message', () => {
  const side = fc.constantFrom<Side>('client', 'server');

  it('that is accepted has one reading, and none makes the reader throw', () => {
    const texts = [...samples, ...readTraffic().map((message) => message.text)];
    fc.assert(
      fc.property(mutations(texts), side, (text, from) => {
        const message = readMessage(text, from);
        expect(message.from).toBe(from);
        expectOneReading(message);
        createSession().receive(message);
      }),
      { numRuns: 5000 },
    );
  });

  it('made of JSON is accepted or refused, never lost', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary' }), side, (text, from) => {
        const message = readMessage(text, from);
        if (message.kind === 'invalid') expect(message.reason).not.toBe('');
        expectOneReading(message);
      }),
      { numRuns: 1000 },
    );
  });
});

describe.skipIf(!hasTraffic)('recorded traffic (skipped where the shared traces are absent)', () => {
  const traffic = readTraffic();

  it('is there', () => {
    expect(traffic.length).toBeGreaterThan(300);
  });

  it('passes as it came, outside the two files with hostile messages', () => {
    const honest = traffic.filter(({ file }) => !file.startsWith('10-') && !file.startsWith('18-'));
    for (const { from, text } of honest) {
      const message = readMessage(text, from);
      expect(message.kind, text).not.toBe('invalid');
      if (message.kind !== 'batch') expect(forwardText(message)).toBe(text);
    }
  });

  it('is refused where it was written to be read in two ways', () => {
    const refused = traffic
      .filter(({ file }) => file.startsWith('10-'))
      .map(({ from, text }) => readMessage(text, from))
      .flatMap((message) => (message.kind === 'invalid' ? [message.id?.value ?? message.code] : []));
    // By id; by code where none can be told.
    expect(refused).toEqual(
      ['dup-key', 'dup-method', 'dup-args', 'caps', -32600, -32600, -32600, 'nojsonrpc'].concat([
        -32700,
        -32700,
        'bom',
        -32700,
        -32700,
      ]),
    );
  });
});
