import { createHash } from 'node:crypto';
import { getMember, type JsonObject, readJson } from '@agentpolicy/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalizeDefinition,
  hashDefinition as hashByProxy,
} from '../../message/src/mcp/definition-hash.ts';
import { readToolList } from '../src/index.ts';
import { hashDefinition } from '../src/rules/schema-hash-mismatch/hash-definition.ts';

function read(text: string): JsonObject {
  const parsed = readJson(text, { maxDepth: 100 });
  if (!parsed.ok || parsed.value.kind !== 'object') throw new Error(`no object: ${text}`);
  return parsed.value;
}

function hashByLinter(text: string): string | undefined {
  const [tool] = readToolList(`[${text}]`, 'tools.json');
  return tool === undefined ? undefined : `sha256:${hashDefinition(tool, 'sha256')}`;
}

const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

describe('the hash of a recorded definition', () => {
  it.each([
    ['an integer past 2^53', '9007199254740993', '9007199254740992'],
    ['a large number', '1000000000000000000000', '1e+21'],
    ['a small number', '0.0000001', '1e-7'],
    ['a negative zero', '-0', '0'],
    ['a number in another spelling', '1.50', '1.5'],
  ])('takes %s as a double', (_, written, canonical) => {
    expect(hashByLinter(`{"name":"t","inputSchema":{"maximum":${written}}}`)).toBe(
      sha256(`{"inputSchema":{"maximum":${canonical}},"name":"t"}`),
    );
  });

  it('is the one that the proxy enforces, whatever the definition', () => {
    const number = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.bigInt().map(String),
      fc.tuple(fc.integer(), fc.integer({ min: -300, max: 280 })).map(([base, power]) => `${base}e${power}`),
    );
    const definition = fc
      .tuple(fc.string({ unit: 'binary' }), fc.jsonValue(), number, fc.jsonValue())
      .map(
        ([description, schema, maximum, title]) =>
          `{"inputSchema":{"b":${JSON.stringify(schema)},"a":${maximum}},"title":${JSON.stringify(title)},"name":"t","description":${JSON.stringify(description)}}`,
      );
    fc.assert(
      fc.property(definition, (text) => {
        const node = read(text);
        expect(getMember(node, 'name')).toMatchObject({ value: 't' });
        const enforced = hashByProxy(
          canonicalizeDefinition({ name: 't', normalizedName: 't', node }),
          'sha256',
        );
        expect(hashByLinter(text)).toBe(enforced);
      }),
      { numRuns: 300 },
    );
  });
});
