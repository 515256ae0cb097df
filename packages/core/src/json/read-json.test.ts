import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonNode } from './node.ts';
import { readJson } from './read-json.ts';

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
    case 'object':
      return Object.fromEntries(node.members.map(({ key, value }) => [key, toValue(value)]));
  }
}

/** JSON.parse's answer to a text; undefined where it refuses. */
function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** What this reader refuses beyond the grammar. */
const STRICTER = ['duplicate-key', 'number-range', 'too-deep'];

function expectAgreement(text: string): void {
  const read = readJson(text);
  const parsed = parse(text);
  if (read.ok) {
    expect(parsed).toEqual({ value: toValue(read.value) });
    expect(text.slice(0, read.value.start).trim() + text.slice(read.value.end).trim()).toBe('');
  } else {
    expect(read.error.offset).toBeGreaterThanOrEqual(0);
    expect(read.error.offset).toBeLessThanOrEqual(text.length);
    if (!STRICTER.includes(read.error.code)) expect(parsed, read.error.message).toBeUndefined();
  }
}

describe('readJson refuses', () => {
  it.each([
    ['', 'syntax', 0],
    ['  ', 'syntax', 2],
    ['{"a":1', 'syntax', 6],
    ['[1,]', 'syntax', 3],
    ['{"a":1,}', 'syntax', 7],
    ['{a:1}', 'syntax', 1],
    ["{'a':1}", 'syntax', 1],
    ['{"a" 1}', 'syntax', 5],
    ['[1 2]', 'syntax', 3],
    ['01', 'trailing-text', 1],
    ['+1', 'syntax', 0],
    ['.5', 'syntax', 0],
    ['1.', 'syntax', 2],
    ['1.e5', 'syntax', 2],
    ['1e', 'syntax', 2],
    ['-', 'syntax', 0],
    ['NaN', 'syntax', 0],
    ['-Infinity', 'syntax', 0],
    ['nul', 'syntax', 0],
    ['"a', 'syntax', 2],
    ['"\\', 'syntax', 1],
    ['"\\x"', 'syntax', 1],
    ['"\\u12"', 'syntax', 1],
    ['"\\u12g4"', 'syntax', 1],
    ['1 // one', 'trailing-text', 2],
    ['{} {}', 'trailing-text', 3],
    ['\ufeff{}', 'byte-order-mark', 0],
    ['{}\ufeff', 'trailing-text', 2],
    ['\u00a01', 'syntax', 0],
    ['"a\nb"', 'control-character', 2],
    ['"a\tb"', 'control-character', 2],
    ['"\\n\u0000"', 'control-character', 3],
    ['\u0000', 'control-character', 0],
    ['[1,\u000b2]', 'control-character', 3],
    ['{"a":1,"a":1}', 'duplicate-key', 7],
    ['{"name":1,"n\\u0061me":2}', 'duplicate-key', 10],
    ['{"":1,"":2}', 'duplicate-key', 6],
    ['[{"x":{"__proto__":1,"__proto__":2}}]', 'duplicate-key', 21],
    ['1e309', 'number-range', 0],
    ['[-1E+400]', 'number-range', 1],
    [`[${'9'.repeat(400)}]`, 'number-range', 1],
    [`[${'9'.repeat(400)}.5]`, 'number-range', 1],
    ['1e-400', 'number-range', 0],
    ['[-0.01E-350]', 'number-range', 1],
    ['2e-324', 'number-range', 0],
    [`[0.${'0'.repeat(400)}1]`, 'number-range', 1],
  ])('%j as %s at %i', (text, code, offset) => {
    const read = readJson(text);
    expect(read.ok ? read.value.kind : [read.error.code, read.error.offset]).toEqual([code, offset]);
  });

  it.each([
    [0, 1, false],
    [Number.NaN, 1, false],
    [10, 10, true],
    [10, 11, false],
    [undefined, 128, true],
    [undefined, 129, false],
  ])('with the limit %s a nesting of %i levels: accepted is %s', (maxDepth, levels, accepted) => {
    const limits = maxDepth === undefined ? {} : { maxDepth };
    const arrays = readJson('['.repeat(levels) + ']'.repeat(levels), limits);
    const objects = readJson(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`, limits);
    expect([arrays.ok, objects.ok]).toEqual([accepted, accepted]);
    if (!arrays.ok) expect(arrays.error).toMatchObject({ code: 'too-deep', offset: levels - 1 });
  });

  it('a repeated key however many others there are', () => {
    const keys = Array.from({ length: 40 }, (_, index) => `"k${index}":0`);
    for (const repeated of [0, 11, 12, 13, 39]) {
      const read = readJson(`{${keys.join(',')},"k${repeated}":1}`);
      expect(read.ok ? undefined : read.error.code).toBe('duplicate-key');
    }
    expect(readJson(`{${keys.join(',')}}`).ok).toBe(true);
  });

  it('nesting past 512 levels, whatever the limit', () => {
    const levels = 1_000_000;
    const read = readJson('['.repeat(levels) + ']'.repeat(levels), { maxDepth: levels });
    expect(read.ok ? undefined : read.error).toMatchObject({ code: 'too-deep', offset: 512 });
    expect(readJson('['.repeat(512) + ']'.repeat(512), { maxDepth: levels }).ok).toBe(true);
  });
});

describe('readJson keeps', () => {
  it.each([
    ['0'],
    ['-0'],
    ['1.50'],
    ['1E+2'],
    ['9007199254740993'],
    ['5e-324'],
    ['0e-400'],
    ['-0.0E999'],
    ['0.1e1'],
  ])('the digits of %s', (literal) => {
    expect(readJson(literal)).toMatchObject({ ok: true, value: { kind: 'number', literal } });
  });

  it('where everything stands', () => {
    const text = ' {"a" : [1, "x\\n"], "\\u0062":{} }';
    const read = readJson(text);
    if (!read.ok || read.value.kind !== 'object') throw new Error('not read');
    const parts = read.value.members.map(({ key, keyStart, keyEnd, value }) => [
      key,
      text.slice(keyStart, keyEnd),
      text.slice(value.start, value.end),
    ]);
    expect(parts).toEqual([
      ['a', '"a"', '[1, "x\\n"]'],
      ['b', '"\\u0062"', '{}'],
    ]);
    expect([read.value.start, read.value.end]).toEqual([1, text.length]);
  });

  it('keys such as __proto__ as plain members', () => {
    expect(readJson('{"__proto__":{"a":1},"constructor":2}')).toMatchObject({
      ok: true,
      value: { members: [{ key: '__proto__' }, { key: 'constructor' }] },
    });
  });
});

describe('readJson agrees with JSON.parse', () => {
  it('on what JSON.stringify writes', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ stringUnit: 'binary' }),
        fc.constantFrom(undefined, 2, '\t'),
        (value, space) => {
          const text = JSON.stringify(value, null, space);
          const read = readJson(text);
          expect(read.ok && toValue(read.value)).toEqual(JSON.parse(text));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('on damaged JSON', () => {
    const noise = fc.constantFrom(
      ...'{}[],:"\\0123456789.eE+-truefalsn \t\n\r\u0000\u000b\ufeff\u2028\ud800/ub',
    );
    const step = fc.tuple(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(3),
      fc.string({ unit: noise, maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary' }), fc.array(step, { maxLength: 3 }), (json, steps) => {
        expectAgreement(
          steps.reduce((text, [where, remove, insert]) => {
            const at = Math.floor(where * text.length);
            return text.slice(0, at) + insert + text.slice(at + remove);
          }, json),
        );
      }),
      { numRuns: 5000 },
    );
  });

  it('on soup of tokens', () => {
    const token = fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"a"',
        '"b"',
        '"\\u0061"',
        '1',
        '-0',
        '1e5',
        '1.5',
        'null',
        'true',
        ' ',
        '"',
        '\\',
      ],
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), (tokens) => expectAgreement(tokens.join(''))),
      { numRuns: 5000 },
    );
  });
});
