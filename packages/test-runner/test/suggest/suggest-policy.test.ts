import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTraceFile, readTraceText, suggestPolicy, type TraceSource } from '../../src/index.ts';
import { loadPolicy } from '../../src/policy/load-policy.ts';

const OPTIONS = { name: 'drafted', secrets: [{ name: 'key', regex: 'AKIA[A-Z0-9]{16}' }] };
const FIXTURES = resolve(import.meta.dirname, '../../../../fixtures/traces');
const SHARED = resolve(import.meta.dirname, '../../../../../shared/traces');

/** A trace of tool calls. */
function traceOf(calls: readonly (readonly [tool: string, args: unknown])[]): TraceSource {
  const lines = calls.map(([name, args], index) =>
    JSON.stringify({ jsonrpc: '2.0', id: index, method: 'tools/call', params: { name, arguments: args } }),
  );
  return { file: 'trace', lines: () => readTraceText(lines.join('\n')) };
}

function suggest(
  calls: readonly (readonly [tool: string, args: unknown])[],
  review?: (text: string) => never[],
) {
  return suggestPolicy([traceOf(calls)], review === undefined ? OPTIONS : { ...OPTIONS, review });
}

describe('a drafted policy', () => {
  it('says what each line rests on', () => {
    const { text } = suggest([
      ['read_file', { path: '/srv/a/x.md' }],
      ['read_file', { path: '/srv/a/y.md' }],
      ['ping', {}],
    ]);
    expect(text).toContain('# Drafted from 3 tool calls in 1 session:');
    expect(text).toContain(`  tool_rules:
    # 1 call
    - tool: ping
      strict_args: true # came without arguments
    # 2 calls
    - tool: read_file
      strict_args: true
      allow_args:
        # 2 calls, 2 values: under /srv/a
        path: '^/srv/a(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$'
`);
  });

  it('leaves out what a pattern would demand in every call, and is not strict then', () => {
    const { text } = suggest([
      ['t', { a: 'x', head: 3 }],
      ['t', { a: 'x' }],
    ]);
    expect(text).toContain('# head: in 1 of 2 calls; a pattern would demand it in every one');
    expect(text).not.toContain('strict_args');
  });

  it('opens a protected path that the traffic needs, and says so', () => {
    const { text, blocked } = suggest([['read_file', { path: '/home/user/.ssh/config' }]]);
    expect(blocked).toEqual([]);
    expect(text).toContain('# ~/.ssh is left out: recorded calls refer to it');
    expect(text).toContain("    - '~/.aws'");
  });

  it('heeds a reviewer: the next pattern, then a question', () => {
    const calls = [
      ['run', { path: '/srv/a' }],
      ['run', { path: '/srv/b' }],
    ] as const;
    const seen: string[] = [];
    const { text, objections } = suggestPolicy([traceOf(calls)], {
      ...OPTIONS,
      review: (draft) => {
        seen.push(draft);
        const pointer = '/spec/tool_rules/0/allow_args/path';
        return draft.includes('allow_args') ? [{ pointer, code: 'x', message: 'no' }] : [];
      },
    });
    expect(seen.length).toBeGreaterThan(2);
    expect(objections).toEqual([]);
    expect(text).toContain('action: ask');
    expect(text).toContain('every pattern for what they held would be too wide or dangerous');
  });

  it('gives back the objections that it can do nothing about', () => {
    const objection = { pointer: '/metadata/name', code: 'x', message: 'a bad name' };
    const { objections } = suggestPolicy([traceOf([['t', {}]])], { ...OPTIONS, review: () => [objection] });
    expect(objections).toEqual([objection]);
  });

  it('is not led astray by names and values of the trace', () => {
    const { text, blocked } = suggest([
      ['x\n- evil: [', { 'a: b\n#': "it's\n - tool: y", __proto__: 1 }],
      ['true', { null: '\u001b[31m\u202e' }],
    ]);
    expect(loadPolicy(text, 'draft').ok).toBe(true);
    expect(blocked).toEqual([]);
    expect(text).toMatch(/^[\n -~]*$/);
  });

  it('does not grow with a value that is long, or with many', () => {
    const calls = Array.from(
      { length: 700 },
      (_, index) => ['t', { a: 'x'.repeat(3000), b: index }] as const,
    );
    const { text, blocked } = suggest(calls);
    expect(blocked).toEqual([]);
    expect(text.length).toBeLessThan(2500);
  });

  it('never blocks its own trace', () => {
    const name = fc.oneof(fc.constantFrom('a', 'A', 'read_file', 'ａ', 'run'), fc.string());
    const key = fc.oneof(
      fc.constantFrom('path', 'Path', 'PATH', 'url', 'x', '__proto__', 'p\u0000ath'),
      fc.string(),
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '/srv/a',
        '/srv/b/.env',
        '~/.ssh/id',
        '../x',
        'https://a.example/x',
        '/home/user/.aws',
        '',
      ),
    );
    const value = fc.oneof(text, fc.jsonValue(), fc.integer(), fc.array(text, { maxLength: 3 }));
    const call = fc.tuple(name, fc.dictionary(key, value, { maxKeys: 3 }));
    fc.assert(
      fc.property(fc.array(call, { minLength: 1, maxLength: 6 }), (calls) => {
        const { blocked, text: draft } = suggest(calls);
        expect({ blocked, draft }).toEqual({ blocked: [], draft });
      }),
      { numRuns: 100 },
    );
  });
});

function listTraces(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => join(folder, name));
}

function expectToPass(files: readonly string[]): void {
  const sources = files.map((file) => ({ file, lines: () => readTraceFile(file) }));
  const { blocked, observations } = suggestPolicy(sources, OPTIONS);
  expect(blocked).toEqual([]);
  expect(observations.calls).toBeGreaterThan(0);
}

describe('recorded sessions', () => {
  it.each(listTraces(FIXTURES))('pass what is drafted from them: %s', (file) => expectToPass([file]));

  it.skipIf(!existsSync(SHARED))('pass what is drafted from them (../shared/traces)', () => {
    for (const file of listTraces(SHARED)) if (!file.includes('14-modern')) expectToPass([file]);
    expectToPass(listTraces(SHARED));
  });
});
