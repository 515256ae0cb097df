import { describe, expect, it } from 'vitest';
import { CoreError } from '../errors/core-error.ts';
import { toJsonNode, toJsonObject } from './from-value.ts';
import { canonicalizeJson } from './to-string.ts';

describe('toJsonNode', () => {
  it('reads a value as its JSON text', () => {
    expect(canonicalizeJson(toJsonNode({ b: [1.5, null], a: 'x', c: undefined }))).toBe(
      '{"a":"x","b":[1.5,null]}',
    );
  });

  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  let deep: unknown = 1;
  for (let level = 0; level < 200; level++) deep = [deep];

  it.each([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['a big integer', 1n],
    ['a cycle', cycle],
    ['nesting past the limit', deep],
  ])('refuses %s', (_, value) => {
    expect(() => toJsonNode(value)).toThrow(CoreError);
  });

  it.each([[[]], ['x'], [null]])('takes %j for no object', (value) => {
    expect(() => toJsonObject(value)).toThrow(CoreError);
  });
});
