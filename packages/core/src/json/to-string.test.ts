import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonNode } from './node.ts';
import { readJson } from './read-json.ts';
import { canonicalizeJson, stringOf } from './to-string.ts';

function read(text: string): JsonNode {
  const result = readJson(text);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe('stringOf', () => {
  it.each([
    ['"text"', 'text'],
    ['"with \\"quotes\\" and \\u0000"', 'with "quotes" and \u0000'],
    ['""', ''],
    ['1e21', '1000000000000000000000'],
    ['1.0', '1'],
    ['9007199254740993', '9007199254740993'],
    ['true', 'true'],
    ['false', 'false'],
    ['null', ''],
    ['[]', '[]'],
    ['{}', '{}'],
    ['[ 1.0 , null, "a", [true] ]', '[1,null,"a",[true]]'],
    ['{ "b": 1e2, "a": {"d":null, "c":"x"} }', '{"a":{"c":"x","d":null},"b":100}'],
  ])('of %s is %j', (text, expected) => {
    expect(stringOf(read(text))).toBe(expected);
  });
});

describe('canonicalizeJson', () => {
  it('takes the deepest value that can be read', () => {
    const text = '['.repeat(512) + ']'.repeat(512);
    const deep = readJson(text, { maxDepth: 512 });
    expect(deep.ok && canonicalizeJson(deep.value)).toBe(text);
  });

  it('writes the sample of RFC 8785 §3.2.2, its numbers in decimal', () => {
    const text = String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`;
    const numbers = `333333333.3333333,1${'0'.repeat(30)},4.5,0.002,0.${'0'.repeat(26)}1`;
    expect(canonicalizeJson(read(text))).toBe(
      `{"literals":[null,true,false],"numbers":[${numbers}],"string":"€$\\u000f\\nA'B\\"\\\\\\\\\\"/"}`,
    );
  });

  it('sorts keys by UTF-16 code units, as RFC 8785 §3.2.3 shows', () => {
    const text = String.raw`{
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis"
    }`;
    const canonical: unknown = JSON.parse(
      canonicalizeJson(read(text)).replaceAll(/":"/g, '","').replace('{', '[').replace('}', ']'),
    );
    expect(canonical).toEqual([
      '\r',
      'Carriage Return',
      '1',
      'One',
      '\u0080',
      'Control',
      '\u00f6',
      'Latin Small Letter O With Diaeresis',
      '\u20ac',
      'Euro Sign',
      '\ud83d\ude00',
      'Emoji: Grinning Face',
      '\ufb33',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  it.each([
    ['"\\u0008\\u0009\\u000a\\u000c\\u000d"', '"\\b\\t\\n\\f\\r"'],
    ['"\\u0000\\u001F"', '"\\u0000\\u001f"'],
    ['"\\u007f\\u2028"', '"\u007f\u2028"'],
    ['"\\ud800"', '"\\ud800"'],
  ])('writes the string %s as %j', (text, expected) => {
    expect(canonicalizeJson(read(text))).toBe(expected);
  });

  it('depends on the value alone, and keeps it', () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, each]) => [key, shuffled(each)]),
      );
    };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const canonical = canonicalizeJson(read(JSON.stringify(value)));
        expect(canonicalizeJson(read(JSON.stringify(shuffled(value), null, 2)))).toBe(canonical);
        expect(canonicalizeJson(read(canonical))).toBe(canonical);
        // -0 has no canonical form of its own.
        expect(JSON.parse(canonical)).toEqual(
          JSON.parse(JSON.stringify(value), (_, each) => (each === 0 ? 0 : each)),
        );
      }),
    );
  });
});
