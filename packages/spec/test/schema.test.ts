import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DEFAULT_ALLOWED_METHODS } from '@agentpolicy/core';
import { describe, expect, it } from 'vitest';
import {
  API_VERSIONS,
  FIELD_CATALOGUE,
  findPolicyField,
  listPolicyFields,
  nameOfField,
  parsePolicy,
} from '../src/index.ts';

interface Schema {
  readonly $defs: Readonly<Record<string, { readonly properties?: Readonly<Record<string, unknown>> }>>;
}

function readSchema(version: number): Schema {
  const url = new URL(`../schema/agent-policy-v1alpha${version}.schema.json`, import.meta.url);
  return JSON.parse(readFileSync(fileURLToPath(url), 'utf8'));
}

describe('the schemas', () => {
  it.each([
    [1, 2],
    [2, 3],
  ])('say in v1alpha%d what they say in v1alpha%d', (older, newer) => {
    const newest = readSchema(newer);
    for (const [name, definition] of Object.entries(readSchema(older).$defs)) {
      if (definition.properties === undefined) {
        expect(newest.$defs[name]).toEqual(definition);
        continue;
      }
      const { properties, ...rest } = newest.$defs[name] ?? {};
      const { properties: before, ...restBefore } = definition;
      expect([name, rest]).toEqual([name, restBefore]);
      expect([name, properties]).toEqual([name, expect.objectContaining(before)]);
    }
  });
});

/** A policy that has one field at a path of the catalogue, with a value. */
function policyWith(path: string, value: unknown): string {
  const policy: Record<string, unknown> = {
    apiVersion: API_VERSIONS[2],
    kind: 'AgentPolicy',
    metadata: { name: 'x' },
    spec: {},
  };
  const companions: Readonly<Record<string, object>> = {
    '/spec/tool_rules/*': { tool: 'companion' },
    '/spec/dlp': { patterns: [] },
    '/spec/dlp/patterns/*': { name: 'n', regex: 'r' },
  };
  const place = (at: unknown, tokens: readonly string[], done: string): unknown => {
    const [token, ...rest] = tokens;
    if (token === undefined) return value;
    const here = `${done}/${token}`;
    if (token === '*' && done.endsWith('/allow_args')) return { name: place(undefined, rest, here) };
    if (token === '*') return [place(companions[here], rest, here)];
    const object: Readonly<Record<string, unknown>> = typeof at === 'object' && at !== null ? { ...at } : {};
    return { ...object, [token]: place(object[token] ?? companions[here], rest, here) };
  };
  return JSON.stringify(place(policy, path.split('/').slice(1), ''));
}

/** Values that need a companion field, or that are right only beside others. */
const NOT_ALONE: ReadonlySet<unknown> = new Set(['file', 'redis', 'postgres', '8m']);

describe('the catalogue', () => {
  it('describes every field with a sentence', () => {
    for (const field of FIELD_CATALOGUE)
      expect([field.path, field.description]).toEqual([field.path, expect.stringMatching(/^.{8,}[.]$/s)]);
  });

  it('has an example or a fixed structure for every field', () => {
    const bare = FIELD_CATALOGUE.filter((field) => field.examples.length === 0 && field.type !== 'object');
    expect(bare.map((field) => field.path)).toEqual([]);
  });

  it('has examples, defaults and values that the schema accepts', () => {
    for (const field of FIELD_CATALOGUE) {
      if (field.path === '/apiVersion') continue;
      const given = 'default' in field ? [field.default] : [];
      for (const value of [...field.examples, ...given, ...(field.values ?? [])]) {
        if (NOT_ALONE.has(value) || (field.path === '/spec/registry/enabled' && value === true)) continue;
        const parsed = parsePolicy(policyWith(field.path, value), field.path);
        expect([field.path, value, parsed.ok ? [] : parsed.diagnostics.map((each) => each.message)]).toEqual([
          field.path,
          value,
          [],
        ]);
      }
    }
  });

  it('has the default methods that the engine has', () => {
    expect(findPolicyField('/spec/allowed_methods')?.default).toEqual([...DEFAULT_ALLOWED_METHODS]);
  });

  it('knows the first version of each field', () => {
    const since = (pointer: string): string | undefined => findPolicyField(pointer)?.since;
    expect(since('/spec/denied_tools')).toBe('aip.io/v1alpha1');
    expect(since('/spec/tool_rules/3/schema_hash')).toBe('aip.io/v1alpha2');
    expect(since('/spec/tool_rules/0/allow_args/anything')).toBe('aip.io/v1alpha1');
    expect(since('/spec/aat')).toBe('aip.io/v1alpha3');
    expect(since('/spec/nothing')).toBe(undefined);
  });

  it('lists what an object can have in a version', () => {
    expect(listPolicyFields('/metadata', 'aip.io/v1alpha1').map(nameOfField)).toEqual([
      'name',
      'owner',
      'version',
    ]);
    expect(listPolicyFields('/metadata', 'aip.io/v1alpha2').map(nameOfField)).toContain('signature');
    expect(listPolicyFields('/spec/tool_rules/0/allow_args', 'aip.io/v1alpha3')).toEqual([]);
  });
});
