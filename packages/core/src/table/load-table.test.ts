import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CoreError } from '../errors/core-error.ts';
import { digestTable, serializeTable } from './digest.ts';
import { loadTable } from './load-table.ts';
import { type DecisionTable, TABLE_FORMAT, TABLE_KIND } from './types.ts';

const table: DecisionTable = {
  kind: TABLE_KIND,
  format: TABLE_FORMAT,
  compiler: 'compiler 0.1.0',
  unicode: '16.0.0',
  policy: { name: 'p', apiVersion: 'aip.io/v1alpha1', version: null, hash: 'ab'.repeat(32), mode: 'enforce' },
  requires: ['signature'],
  methods: {
    any: false,
    allowed: [
      { name: 'ping', index: null },
      { name: 'tools/call', index: 0 },
    ],
    denied: [{ name: 'resources/read', index: 1 }],
  },
  tools: [
    { name: 'echo', display: 'Echo', row: 0, rule: null, listed: 0, denied: null },
    { name: 'read', display: 'read', row: 1, rule: 0, listed: null, denied: null },
  ],
  rows: [
    { action: 'allow', rateLimit: null, strict: false, args: [], schemaHash: null },
    {
      action: 'ask',
      rateLimit: { count: 5, periodMs: 60_000 },
      strict: true,
      args: [{ name: 'path', pattern: 0 }],
      schemaHash: 'sha256:00',
    },
  ],
  patterns: [
    { source: '^/tmp/', program: 0 },
    { source: 'secret', program: 1 },
  ],
  programs: [
    { use: 'match', code: { dfa: [1, 2, 3] } },
    { use: 'spans', code: [0] },
  ],
  protectedPaths: ['~/.ssh'],
  dlp: {
    scanRequests: false,
    scanResponses: true,
    detectEncoding: true,
    filterStderr: false,
    maxScanSize: 1024,
    onRequestMatch: 'block',
    onRedactionFailure: 'block',
    logOriginalOnFailure: false,
    patterns: [{ name: 'Secret', pattern: 1, scope: 'all' }],
  },
  sourceMap: [
    ['', 1, 1, 30, 1],
    ['/spec', 5, 1, 30, 1],
  ],
};

/** Loads a table with other members; the digest is that of the changed table. */
function loadWith(change: object): DecisionTable {
  return loadTable(serializeTable({ ...table, ...change }));
}

describe('loadTable', () => {
  it('gives back what was serialized, also indented', () => {
    const text = serializeTable(table);
    expect(loadTable(text)).toEqual(table);
    expect(loadTable(JSON.stringify(JSON.parse(text), null, 2))).toEqual(table);
    expect(loadWith({ dlp: null })).toEqual({ ...table, dlp: null });
  });

  it.each([
    ['a table of another kind', { kind: 'Other' }, /not a decision table/],
    ['a later format', { format: TABLE_FORMAT + 1 }, /compile the policy again, or upgrade/],
    ['an earlier format', { format: 0 }, /format is not/],
    ['a name that is not normalized', { tools: [{ ...table.tools[0], name: 'Echo' }] }, /tools\[0\]\.name/],
    ['a tool without a row', { tools: [{ ...table.tools[0], row: 2 }] }, /tools\[0\]\.row/],
    [
      'a tool of no entry',
      { tools: [{ ...table.tools[0], listed: null }] },
      /tools\[0\] comes from no entry/,
    ],
    ['tools out of order', { tools: [...table.tools].reverse() }, /tools is not sorted/],
    ['a tool twice', { tools: [table.tools[0], table.tools[0]] }, /tools is not sorted/],
    [
      'an unknown action',
      { rows: [{ ...table.rows[0], action: 'permit' }, table.rows[1]] },
      /rows\[0\]\.action/,
    ],
    [
      'an argument with a pattern for spans',
      { rows: [table.rows[0], { ...table.rows[1], args: [{ name: 'a', pattern: 1 }] }] },
      /rows\[1\]\.args\[0\]\.pattern/,
    ],
    [
      'an argument with no pattern',
      { rows: [table.rows[0], { ...table.rows[1], args: [{ name: 'a', pattern: 2 }] }] },
      /rows\[1\]\.args\[0\]\.pattern/,
    ],
    [
      'a rate limit without a period',
      { rows: [{ ...table.rows[0], rateLimit: { count: 1, periodMs: 0 } }, table.rows[1]] },
      /periodMs/,
    ],
    ['an unknown feature', { requires: ['magic'] }, /requires\[0\]/],
    ['an unknown member', { extra: 1 }, /unknown member `extra`/],
    ['a missing member', { dlp: undefined }, /lacks `dlp`/],
    ['a hash that is none', { policy: { ...table.policy, hash: 'ff' } }, /policy\.hash/],
    ['a place that is none', { sourceMap: [['', 1, 1, 30]] }, /sourceMap\[0\]/],
    [
      'a fraction for an index',
      { methods: { ...table.methods, denied: [{ name: 'x', index: 0.5 }] } },
      /whole number/,
    ],
  ])('refuses %s', (_, change, message) => {
    const load = () => loadWith(change);
    expect(load).toThrow(CoreError);
    expect(load).toThrow(message);
  });

  it('refuses a table whose digest is another', () => {
    const text = serializeTable(table).replace('"enforce"', '"monitor"');
    expect(() => loadTable(text)).toThrow(/digest does not match/);
  });

  it.each([[''], ['null'], ['[]'], ['{}'], ['1'], ['not json'], ['{"kind":"AgentPolicyTable"}']])(
    'refuses %j with one clear error',
    (text) => {
      expect(() => loadTable(text)).toThrow(CoreError);
    },
  );

  it('loads the same table or throws a CoreError, however its text is damaged', () => {
    const text = serializeTable(table);
    const noise = fc.constantFrom(
      '',
      '0',
      '-',
      '"',
      ',',
      '[]',
      '{}',
      'null',
      'true',
      ' ',
      '1e999',
      '"kind":1,',
      '\\',
      '[',
      '}',
    );
    const step = fc.tuple(fc.nat(text.length), fc.nat(6), noise);
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 3 }), (steps) => {
        const damaged = steps.reduce(
          (now, [at, remove, insert]) => now.slice(0, at) + insert + now.slice(at + remove),
          text,
        );
        try {
          // Compared as text: -0 and 0 are one index.
          expect(serializeTable(loadTable(damaged))).toBe(text);
        } catch (failure) {
          if (!(failure instanceof CoreError)) throw failure;
          expect(failure.code).toBe('bad-table');
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('throws a CoreError for values of any other kind in any place', () => {
    const value: unknown = JSON.parse(serializeTable(table));
    const places: (readonly (string | number)[])[] = [];
    const collect = (node: unknown, path: readonly (string | number)[]): void => {
      places.push(path);
      if (typeof node !== 'object' || node === null) return;
      for (const [key, child] of Object.entries(node)) collect(child, [...path, key]);
    };
    collect(value, []);
    const replace = (node: unknown, path: readonly (string | number)[], other: unknown): unknown => {
      const [key, ...rest] = path;
      if (key === undefined) return other;
      if (Array.isArray(node))
        return node.map((each, index) => (String(index) === key ? replace(each, rest, other) : each));
      return Object.fromEntries(
        Object.entries(node ?? {}).map(([name, each]) => [
          name,
          name === key ? replace(each, rest, other) : each,
        ]),
      );
    };
    for (const path of places) {
      for (const other of [null, true, -1, 1.5, 1e300, '', 'x', [], {}, [[]], { a: 1 }]) {
        try {
          expect(serializeTable(loadTable(JSON.stringify(replace(value, path, other))))).toBe(
            serializeTable(table),
          );
        } catch (failure) {
          expect(failure, path.join('.')).toBeInstanceOf(CoreError);
        }
      }
    }
  });
});

describe('the digest', () => {
  const odd: DecisionTable = { ...table, policy: { ...table.policy, name: 'a\ufffdb \u00e9 "\\\u0001' } };
  const text = serializeTable(odd);

  it('is that of the JSON text without it', () => {
    const { digest, ...rest }: Record<string, unknown> = JSON.parse(text);
    expect(digest).toBe(digestTable(rest));
    expect(text).toBe(`${JSON.stringify({ digest: digestTable(odd), ...odd })}\n`);
  });

  it.each<[string, (text: string) => string]>([
    ['without its line feed', (file) => file.trimEnd()],
    ['with another line feed', (file) => `${file}\n`],
    ['indented', (file) => JSON.stringify(JSON.parse(file), null, 2)],
    ['with its digest at the end', (file) => `{${file.slice(77, -2)},"digest":${file.slice(10, 76)}}`],
    ['with an escape for a character', (file) => file.replace('\u00e9', '\\u00e9')],
    ['with a member that is written twice', (file) => file.replace('"kind":', '"kind":"Other","kind":')],
  ])('is found in a file %s', (_name, change) => {
    const changed = change(text);
    expect(changed).not.toBe(text);
    expect(loadTable(changed)).toEqual(odd);
  });

  it.each<[string, (text: string) => string]>([
    ['a letter is another', (file) => file.replace('"echo"', '"ecko"')],
    [
      'a member is reordered',
      (file) => file.replace('"source":"^/tmp/","program":0', '"program":0,"source":"^/tmp/"'),
    ],
    ['half a character stands for U+FFFD', (file) => file.replace('\ufffd', '\ud800')],
    ['the digest is in upper case', (file) => file.replace(/[a-f0-9]{64}/, (digest) => digest.toUpperCase())],
    ['the digest is another', (file) => file.replace(/[a-f0-9]{64}/, '0'.repeat(64))],
    ['the digest is missing', (file) => `{${file.slice(77)}`],
    [
      'the digest is there twice',
      (file) =>
        file
          .replace('{', `{"digest":"${'0'.repeat(64)}",`)
          .replace(/,(?="kind")/, `,"digest":"${'1'.repeat(64)}",`),
    ],
  ])('refuses a file where %s', (_name, change) => {
    const changed = change(text);
    expect(changed).not.toBe(text);
    expect(() => loadTable(changed)).toThrow(CoreError);
  });
});

describe('what can not be written again as it was read', () => {
  const text = serializeTable(table);

  it.each([
    ['a number that no double holds', text.replace('"rows":', '"rows2":1e999,"rows":')],
    ['nesting without end', text.replace('"program":', `"program":${'['.repeat(200_000)}`)],
  ])('refuses %s', (_name, damaged) => {
    expect(damaged).not.toBe(text);
    expect(() => loadTable(damaged)).toThrow(CoreError);
  });
});
