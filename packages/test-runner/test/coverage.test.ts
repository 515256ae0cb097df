import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CoverageItem, countOutcomes, mergeCoverage, runTests, toPercent } from '../src/index.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aip-coverage-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const POLICY = `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata: { name: coverage }
spec:
  allowed_tools: [list, unused]
  allowed_methods: [tools/call, ping]
  denied_methods: [logging/setLevel]
  protected_paths: [.env, .git]
  tool_rules:
    - tool: read
      rate_limit: 2/minute
      allow_args: { path: '^/tmp/', mode: '^r$' }
    - { tool: drop, action: block }
    - { tool: edit, action: ask }
  dlp:
    patterns: [{ name: Key, regex: 'key-[0-9]+' }, { name: Pin, regex: 'pin-[0-9]+' }]
`;

const request = (id: number, method: string, params = '{}'): string =>
  `{"direction":"c2s","raw":{"jsonrpc":"2.0","id":${id},"method":"${method}","params":${params}}}`;
const call = (id: number, tool: string, args = '{}'): string =>
  request(id, 'tools/call', `{"name":"${tool}","arguments":${args}}`);
const answer = (id: number, text: string): string =>
  `{"direction":"s2c","raw":{"jsonrpc":"2.0","id":${id},"result":{"text":"${text}"}}}`;

/** What was seen of every entry: pointer and counts. */
function cover(lines: readonly string[], suite = ''): Record<string, Record<string, number>> {
  writeFileSync(join(folder, 'policy.yaml'), POLICY);
  writeFileSync(join(folder, 't.jsonl'), lines.join('\n'));
  writeFileSync(join(folder, 's.aip-test.yaml'), `policy: policy.yaml\ntraces: [t.jsonl]\n${suite}`);
  const [policy] = runTests([folder], { coverage: true }).coverage;
  return Object.fromEntries(
    (policy?.items ?? []).map(({ pointer, outcomes }) => [
      pointer,
      Object.fromEntries(outcomes.map(({ name, count }) => [name, count])),
    ]),
  );
}

describe('coverage', () => {
  it('lists every entry of the policy, with each of its outcomes', () => {
    expect(cover([call(1, 'other')])).toEqual({
      '/spec/allowed_tools/0': { allowed: 0 },
      '/spec/allowed_tools/1': { allowed: 0 },
      '/spec/allowed_methods/0': { allowed: 1 },
      '/spec/allowed_methods/1': { allowed: 0 },
      '/spec/denied_methods/0': { refused: 0 },
      '/spec/protected_paths/0': { refused: 0 },
      '/spec/protected_paths/1': { refused: 0 },
      '/spec/tool_rules/0': { allowed: 0 },
      '/spec/tool_rules/0/rate_limit': { within: 0, exceeded: 0 },
      '/spec/tool_rules/0/allow_args/path': { accepted: 0, rejected: 0 },
      '/spec/tool_rules/0/allow_args/mode': { accepted: 0, rejected: 0 },
      '/spec/tool_rules/1': { blocked: 0 },
      '/spec/tool_rules/2': { asked: 0 },
      '/spec/dlp/patterns/0': { found: 0 },
      '/spec/dlp/patterns/1': { found: 0 },
    });
  });

  it.each<[string, readonly string[], string, Record<string, number>]>([
    ['a listed tool', [call(1, 'LIST')], '/spec/allowed_tools/0', { allowed: 1 }],
    ['a blocked one', [call(1, 'drop')], '/spec/tool_rules/1', { blocked: 1 }],
    ['one that is asked about', [call(1, 'edit')], '/spec/tool_rules/2', { asked: 1 }],
    ['a method', [request(1, 'ping'), request(2, 'Ping')], '/spec/allowed_methods/1', { allowed: 2 }],
    ['a denied method', [request(1, 'logging/setLevel')], '/spec/denied_methods/0', { refused: 1 }],
    [
      'a denied method of the server',
      [request(1, 'logging/setLevel').replace('c2s', 's2c')],
      '/spec/denied_methods/0',
      { refused: 1 },
    ],
    [
      'no request of the server that passes',
      [request(1, 'ping').replace('c2s', 's2c')],
      '/spec/allowed_methods/1',
      { allowed: 0 },
    ],
    ['a protected path', [call(1, 'list', '{"p":"/a/.env"}')], '/spec/protected_paths/0', { refused: 1 }],
    ['a secret', [call(1, 'list'), answer(1, 'key-1 key-2')], '/spec/dlp/patterns/0', { found: 2 }],
    [
      'a rate limit',
      ['/tmp/a', '/tmp/b', '/tmp/c'].map((path, id) => call(id, 'read', `{"path":"${path}","mode":"r"}`)),
      '/spec/tool_rules/0/rate_limit',
      { within: 2, exceeded: 1 },
    ],
    [
      'a pattern that accepts',
      [call(1, 'read', '{"path":"/tmp/a","mode":"w"}')],
      '/spec/tool_rules/0/allow_args/path',
      { accepted: 1, rejected: 0 },
    ],
    [
      'a pattern that rejects',
      [call(1, 'read', '{"path":"/tmp/a","mode":"w"}')],
      '/spec/tool_rules/0/allow_args/mode',
      { accepted: 0, rejected: 1 },
    ],
    [
      'a pattern behind one that rejects',
      [call(1, 'read', '{"path":"/x","mode":"r"}')],
      '/spec/tool_rules/0/allow_args/mode',
      { accepted: 0, rejected: 0 },
    ],
    [
      'an argument that is missing',
      [call(1, 'read')],
      '/spec/tool_rules/0/allow_args/path',
      { accepted: 0, rejected: 1 },
    ],
    ['a rule whose arguments failed', [call(1, 'read')], '/spec/tool_rules/0', { allowed: 0 }],
    ['a call that is no call', [request(1, 'tools/call')], '/spec/allowed_methods/0', { allowed: 0 }],
  ])('counts %s', (_, lines, pointer, counts) => {
    expect(cover(lines)[pointer]).toEqual(counts);
  });

  it('counts the calls of suites too', () => {
    const seen = cover([call(1, 'list')], 'calls: [{tool: [drop, list], expect: {violation: false}}]\n');
    expect(seen['/spec/allowed_tools/0']).toEqual({ allowed: 2 });
    expect(seen['/spec/tool_rules/1']).toEqual({ blocked: 1 });
  });
});

describe('the share that was seen', () => {
  const item = (...counts: number[]): CoverageItem => ({
    kind: 'pattern',
    name: 'x',
    pointer: '/x',
    place: null,
    outcomes: counts.map((count, at) => ({ name: `${at}`, count })),
  });

  it.each([
    [[], 100],
    [[item(1, 0)], 50],
    [[item(1, 0), item(3)], 66.6],
    [[item(0)], 0],
  ])('of %j is %d %%', (items, percent) => {
    expect(toPercent(countOutcomes(items))).toBe(percent);
  });

  it('adds up over runs of the same policy', () => {
    const merged = mergeCoverage([
      { policy: 'a', items: [item(1, 0)] },
      { policy: 'b', items: [item(0, 0)] },
      { policy: 'a', items: [item(2, 5)] },
    ]);
    expect(merged).toEqual([
      { policy: 'a', items: [item(3, 5)] },
      { policy: 'b', items: [item(0, 0)] },
    ]);
  });
});
