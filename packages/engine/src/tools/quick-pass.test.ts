import { type JsonObject, type TableRow, toJsonObject } from '@agentpolicy/core';
import { compilePattern, parsePattern } from '@agentpolicy/regex';
import { loadProgram } from '@agentpolicy/regex/match';
import { describe, expect, it } from 'vitest';
import { createPathGuard } from '../paths/path-guard.ts';
import type { LoadedPattern } from './argument-check.ts';
import { createQuickPass } from './quick-pass.ts';

const guard = createPathGuard({
  protectedPaths: ['.env', '/etc/shadow'],
  ownFiles: [],
  home: '/home/u',
  cwd: '/work',
  foldCase: false,
});

const PATTERNS: readonly LoadedPattern[] = ['^[a-z./]+$', '^b+$'].map((source) => {
  const parsed = parsePattern(source);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return { source, program: loadProgram(compilePattern(parsed.pattern)) };
});

const ROW: TableRow = {
  action: 'allow',
  rateLimit: null,
  strict: false,
  args: [
    { name: 'path', pattern: 0 },
    { name: 'b', pattern: 1 },
  ],
  schemaHash: null,
};

function passes(args: JsonObject, row: Partial<TableRow> = {}): boolean {
  return createQuickPass({ ...ROW, ...row }, PATTERNS, guard.sieve)(args);
}

describe('what is allowed at one look', () => {
  it.each<[unknown]>([
    [{ path: 'src/index.ts', b: 'bb' }],
    [{ b: 'bb', path: 'src/index.ts' }],
    [{ path: 'src/index.ts', b: 'bb', note: 'free text, harmless', count: 3, on: true, none: null }],
  ])('%j', (args) => {
    expect(passes(toJsonObject(args))).toBe(true);
  });

  it.each<[string, unknown]>([
    ['a value that does not match', { path: 'SRC', b: 'bb' }],
    ['a missing argument', { path: 'src' }],
    ['a protected path in a value', { path: 'src/.env', b: 'bb' }],
    ['a protected path in another value', { path: 'src', b: 'bb', note: 'cat /etc/shadow' }],
    ['a protected path in a key', { path: 'src', b: 'bb', '.env': 1 }],
    ['a value that is no string', { path: 1, b: 'bb' }],
    ['what stands deeper', { path: 'src', b: 'bb', list: ['.env'] }],
    ['an escape that may mean something else', { path: 'src', b: 'bb', note: '%2eenv' }],
    ['characters beyond ASCII', { path: 'src', b: 'bb', note: '\uff0eenv' }],
  ])('not %s', (_what, args) => {
    expect(passes(toJsonObject(args))).toBe(false);
  });

  it('counts a repeated argument once', () => {
    const { members } = toJsonObject({ path: 'src' });
    expect(passes({ kind: 'object', members: [...members, ...members], start: 0, end: 0 })).toBe(false);
  });

  it('knows no further argument where the row is strict', () => {
    const args = toJsonObject({ path: 'src', b: 'bb', note: 'x' });
    expect([passes(args), passes(args, { strict: true })]).toEqual([true, false]);
  });

  it('says nothing of a row without patterns, or whose argument is called like a protected path', () => {
    expect(passes(toJsonObject({}), { args: [] })).toBe(false);
    expect(passes(toJsonObject({ '.env': 'bb' }), { args: [{ name: '.env', pattern: 1 }] })).toBe(false);
  });
});
