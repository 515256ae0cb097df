import { stringOf, toJsonNode } from '@agentpolicy/core';
import { createEngine } from '@agentpolicy/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../../policy/load-policy.ts';
import { type ObservedArgument, TRACE_ENVIRONMENT } from '../observe.ts';
import { proposePatterns } from './propose-patterns.ts';

type Value = string | number | boolean | null | readonly Value[];

function observe(values: readonly Value[]): ObservedArgument {
  const nodes = values.map((value) => toJsonNode(value));
  const counts = new Map<string, number>();
  for (const node of nodes) counts.set(stringOf(node), (counts.get(stringOf(node)) ?? 0) + 1);
  const kinds = new Set(nodes.map(({ kind }) => kind));
  return { name: 'a', present: values.length, values: counts, kinds, overflows: false };
}

const best = (values: readonly Value[]): string | undefined => proposePatterns(observe(values))[0]?.pattern;

describe('the preferred pattern', () => {
  it.each<[string, readonly Value[], string | undefined]>([
    ['one value', ['a.b', 'a.b'], '^a\\.b$'],
    ['one path', ['/srv/a.txt'], '^/srv/a\\.txt$'],
    ['few words', ['prod', 'staging'], '^(?:prod|staging)$'],
    ['texts that come again', ['a b', 'c d', 'a b', 'c d'], '^(?:a b|c d)$'],
    ['true and false', [true, false], '^(?:false|true)$'],
    ['whole numbers', [3, 40, 7], '^[0-9]{1,2}$'],
    ['other numbers', [-1.25, 30], '^-?[0-9]{1,2}(?:\\.[0-9]{1,2})?$'],
    ['paths in a folder', ['/srv/a/x.md', '/srv/b.md'], '^/srv(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$'],
    ['the folder itself', ['/srv/a', '/srv/a/b'], '^/srv/a(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$'],
    ['hidden files', ['/srv/.a', '/srv/b'], '^/srv(?:/\\.?[A-Za-z0-9_-][A-Za-z0-9._-]*)*$'],
    ['paths with a space', ['~/n/a b', '~/n/c'], '^~/n(?:/[A-Za-z0-9_-][A-Za-z0-9 ._-]*)*$'],
    [
      'addresses',
      ['https://a.example/x/1', 'https://a.example/x/2'],
      '^https://a\\.example/x/[A-Za-z0-9./_-]*$',
    ],
    [
      'hosts',
      ['https://b.example/', 'https://a.example/'],
      '^(?:https://a\\.example|https://b\\.example)/[A-Za-z0-9./_-]*$',
    ],
    [
      'lists of paths',
      [['/srv/a'], ['/srv/b', '/srv/c']],
      '^\\[(?:"/srv(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*"(?:,"/srv(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")*)?\\]$',
    ],
    ['texts', ['Hi there', 'a-b'], '^[A-Za-z -]{1,16}$'],
    ['letters of other scripts', ['ä b', 'c d'], '^[a-z \\x{E4}]{1,16}$'],
    ['half a surrogate pair', ['\ud800'], undefined],
  ])('for %s', (_, values, pattern) => {
    expect(best(values)).toBe(pattern);
  });

  it.each<[string, readonly Value[]]>([
    ['a path that leads out', ['/srv/a', '/srv/../etc']],
    ['paths without a folder in common', ['/srv/a', '/etc/b']],
    ['an address that leads out', ['https://a.example/x/../y', 'https://a.example/x']],
    ['a host that is more than a host', ['https://a.example@evil.example/', 'https://a.example/']],
  ])('spells %s out, and widens nothing', (_, values) => {
    const found = proposePatterns(observe(values)).map(({ pattern }) => pattern);
    expect(found.some((pattern) => /\)\*\$$|\]\*\$$/.test(pattern))).toBe(false);
  });
});

describe('every proposal', () => {
  const segment = fc.stringMatching(/^[a-zA-Z0-9_. äß'"\\-]{1,6}$/);
  const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => `/srv/${parts.join('/')}`);
  const url = fc.tuple(fc.constantFrom('https://a.example', 'http://b.example:80', 'x://c'), path);
  const value: fc.Arbitrary<Value> = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string(),
    path,
    url.map((parts) => parts.join('')),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(fc.oneof(path, fc.string()), { maxLength: 3 }),
  );
  const values = fc.oneof(
    ...[value, path, url.map((parts) => parts.join('')), fc.integer(), fc.string()].map((each) =>
      fc.array<Value>(each, { minLength: 1, maxLength: 6 }),
    ),
  );

  it('accepts every value that it was made of', () => {
    fc.assert(
      fc.property(values, (seen) => {
        const tools = proposePatterns(observe(seen)).map(({ pattern }, index) => ({
          tool: `t${index}`,
          allow_args: { a: pattern },
        }));
        if (tools.length === 0) return;
        const policy = { apiVersion: 'aip.io/v1alpha1', kind: 'AgentPolicy', metadata: { name: 'p' } };
        const loaded = loadPolicy(JSON.stringify({ ...policy, spec: { tool_rules: tools } }), 'p');
        if (!loaded.ok) throw new Error(loaded.diagnostics.map(({ message }) => message).join('\n'));
        const engine = createEngine(loaded.table, { ...TRACE_ENVIRONMENT, clock: () => 0 });
        for (const { tool, allow_args } of tools) {
          for (const each of seen) {
            const args = toJsonNode({ a: each });
            if (args.kind !== 'object') throw new Error('not an object');
            const { decision } = engine.decideToolCall({ name: tool, args });
            expect([decision, allow_args.a, each]).toEqual(['ALLOW', allow_args.a, each]);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
