import { type JsonObject, readJson } from '@agentpolicy/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageError } from '../errors/message-error.ts';
import {
  applyEdits,
  escapeSeparators,
  forwardText,
  joinBatch,
  removeMembers,
  replaceString,
} from './edits.ts';

function readObject(text: string): JsonObject {
  const read = readJson(text);
  if (!read.ok || read.value.kind !== 'object') throw new Error(`no object: ${text}`);
  return read.value;
}

describe('applyEdits', () => {
  it('replaces stretches in any order and keeps the rest', () => {
    const edits = [
      { start: 4, end: 5, newText: 'E' },
      { start: 0, end: 1, newText: '' },
      { start: 2, end: 2, newText: '++' },
    ];
    expect(applyEdits('abcdef', edits)).toBe('b++cdEf');
  });

  it.each([
    [
      [
        { start: 0, end: 3, newText: '' },
        { start: 2, end: 4, newText: '' },
      ],
    ],
    [[{ start: -1, end: 0, newText: '' }]],
    [[{ start: 2, end: 1, newText: '' }]],
    [[{ start: 0, end: 7, newText: '' }]],
  ])('throws on %j', (edits) => {
    expect(() => applyEdits('abcdef', edits)).toThrow(MessageError);
  });
});

describe('removeMembers', () => {
  it.each([
    ['{"a":1,"b":2,"c":3}', ['a'], '{"b":2,"c":3}'],
    ['{"a":1,"b":2,"c":3}', ['b'], '{"a":1,"c":3}'],
    ['{"a":1,"b":2,"c":3}', ['c'], '{"a":1,"b":2}'],
    ['{"a":1,"b":2,"c":3}', ['a', 'b'], '{"c":3}'],
    ['{"a":1,"b":2,"c":3}', ['b', 'c'], '{"a":1}'],
    ['{"a":1,"b":2,"c":3}', ['a', 'c'], '{"b":2}'],
    ['{"a":1,"b":2,"c":3}', ['a', 'b', 'c'], '{}'],
    ['{ "a" : 1.50 , "b" : [2] }', ['a'], '{ "b" : [2] }'],
    ['{ "a" : 1.50 , "b" : [2] }', ['b'], '{ "a" : 1.50 }'],
    ['{"a":1}', ['x'], '{"a":1}'],
    ['{}', ['x'], '{}'],
  ])('of %s: %j', (text, keys, expected) => {
    expect(applyEdits(text, removeMembers(readObject(text), new Set(keys)))).toBe(expected);
  });

  it('leaves the object that JSON.parse would without those keys', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.jsonValue()),
        fc.subarray(['a', 'b', 'c', 'd', 'e']),
        fc.constantFrom(undefined, 1),
        (value, keys, indent) => {
          const text = JSON.stringify(value, null, indent);
          const edited = applyEdits(text, removeMembers(readObject(text), new Set(keys)));
          const kept = Object.entries(value).filter(([key]) => !keys.includes(key));
          expect(JSON.stringify(JSON.parse(edited))).toBe(JSON.stringify(Object.fromEntries(kept)));
        },
      ),
    );
  });
});

describe('forwardText', () => {
  it('gives a message as it came, white space and digits included', () => {
    const text = ' {"jsonrpc":"2.0", "id":1.0,"x":1.500e3,"y":"\\u0061\\/"}  ';
    expect(forwardText({ text })).toBe(text);
  });

  it('writes line separators as escapes and changes no value', () => {
    const text = '{"a\u2028":"\u0085\u2029"}';
    expect(forwardText({ text })).toBe('{"a\\u2028":"\\u0085\\u2029"}');
    expect(JSON.parse(forwardText({ text }))).toEqual(JSON.parse(text));
  });

  it('parses to the same value as its source, and holds no separator', () => {
    const unit = fc.constantFrom('a', '"', '\\', '\u0085', '\u2028', '\u2029', '\ud83d\ude00', '\u0000');
    const strings = fc.string({ unit });
    fc.assert(
      fc.property(fc.dictionary(strings, fc.array(strings)), (value) => {
        const text = JSON.stringify(value);
        const escaped = escapeSeparators(text);
        expect(JSON.parse(escaped)).toEqual(JSON.parse(text));
        expect(/[\u0085\u2028\u2029]/.test(escaped)).toBe(false);
      }),
    );
  });

  it('applies edits to their values alone', () => {
    const text = '{"method" : "Tools/Call", "x":"\u2028"}';
    const method = readObject(text).members[0]?.value;
    if (method === undefined) throw new Error('no method');
    expect(forwardText({ text }, [replaceString(method, 'tools/"call"')])).toBe(
      '{"method" : "tools/\\"call\\"", "x":"\\u2028"}',
    );
  });

  it('joins the elements of a batch', () => {
    expect(JSON.parse(joinBatch(['{"a":1}', '{"b":2}']))).toEqual([{ a: 1 }, { b: 2 }]);
  });
});
