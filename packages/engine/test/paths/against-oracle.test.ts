import type { JsonObject } from '@agentpolicy/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPathGuard, type PathGuardOptions } from '../../src/paths/path-guard.ts';
import { findReferences } from './oracle.ts';

const ENVIRONMENTS: readonly PathGuardOptions[] = [
  {
    protectedPaths: ['~/.ssh', '.env', 'config/secrets.yaml', '/etc/passwd', '/etc/x y/a', 'a/a/b'],
    ownFiles: ['/home/u/w/policy.yaml'],
    home: '/home/u',
    cwd: '/home/u/w',
    foldCase: false,
  },
  {
    protectedPaths: ['~', '/etc/passwd', 'a b', '.env'],
    ownFiles: [],
    home: '/home/u',
    cwd: '/srv/config',
    foldCase: true,
  },
  {
    protectedPaths: ['/home', 'config/secrets.yaml', '../a'],
    ownFiles: [],
    home: '/home/u',
    cwd: '/etc/config',
    foldCase: false,
  },
  {
    protectedPaths: ['~/.ssh', '.env', '/etc', 'C:/a'],
    ownFiles: ['C:\\home\\w\\policy.yaml'],
    home: 'C:\\home\\u',
    cwd: 'C:\\home\\w',
    foldCase: true,
  },
  { protectedPaths: ['~/.ssh', 'u', 'w'], ownFiles: [], home: '/root', cwd: '/root/u/w', foldCase: false },
  { protectedPaths: ['/root', '.env'], ownFiles: [], home: '/root', cwd: '/root/w', foldCase: false },
];

const WORDS = [
  ...[
    '/',
    '/',
    '/',
    '/',
    '/',
    '..',
    '..',
    '../',
    '/..',
    '.',
    './',
    '//',
    '~',
    '~/',
    '~u',
    '~root',
    '~+',
    ' ',
  ],
  ...[
    '$HOME',
    '$HOME/',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what a shell expands
    '${HOME}/',
    '$PWD/',
    '$X',
    '%USERPROFILE%',
    '%CD%',
    'C:',
    'c:/',
    'C:\\',
    'file:',
    'file://h',
  ],
  ...[
    'home',
    'u',
    'w',
    '.ssh',
    '.env',
    'etc',
    'etc/passwd',
    'passwd',
    'config',
    'secrets.yaml',
    'policy.yaml',
    'root',
  ],
  ...['a', 'b', 'a a', 'x y', 'x', '-', '-i', '--f=', '.local', '~', '-notes', '.', '. ', '.ENV', 'ETC'],
  ...[
    '"',
    "'",
    '`',
    '^',
    '\\',
    '\\\\',
    '\\\n',
    '$',
    '%',
    ':',
    '=',
    ',',
    ';',
    '(',
    ')',
    '}',
    '?',
    '!',
    '*',
    '@',
    '\0',
  ],
  ...[
    '%2e',
    '%2E',
    '%2f',
    '%252f',
    '%25',
    '2e',
    '%c0%ae',
    '%EF%BC%8F',
    '．',
    '／',
    'ｅ',
    '\u200b',
    '“',
    '。',
    'é',
  ],
  ...['\\x2e', '\\x2f', '\\u002e', '\\056', '\\n', "$'", '\u2028', '\ud800', 'ſ', 'ς'],
];

const REFERENCES = [
  '~/.ssh/id',
  '/home/u/.ssh',
  '.env',
  'config/secrets.yaml',
  '/etc/passwd',
  '../u/.ssh',
  'policy.yaml',
  'C:\\home\\u\\.ssh',
];

const soup = fc.array(fc.constantFrom(...WORDS), { maxLength: 14 }).map((words) => words.join(''));

/** A reference with something put into it, between two pieces of soup. */
const disguised = fc
  .tuple(
    soup,
    fc.constantFrom(...REFERENCES),
    fc.array(fc.tuple(fc.nat(24), fc.constantFrom(...WORDS)), { maxLength: 3 }),
    soup,
  )
  .map(([before, reference, insertions, after]) => {
    let text = reference;
    for (const [at, word] of insertions) text = text.slice(0, at) + word + text.slice(at);
    return before.slice(-6) + text + after.slice(0, 6);
  });

/** Made by hand: JSON text can't say a lone surrogate and stay the same. */
function argumentsOf(text: string): JsonObject {
  const value = { kind: 'string', value: text, start: 0, end: 0 } as const;
  return { kind: 'object', start: 0, end: 0, members: [{ key: 'k', keyStart: 0, keyEnd: 0, value }] };
}

/** For a longer run: `PATH_RUNS=100000 PATH_SEED=7`. */
const RUNS = Number(process.env.PATH_RUNS ?? 1500);
const SEED = Number(process.env.PATH_SEED ?? 20_250);

function everythingIsProtected({ cwd, protectedPaths }: PathGuardOptions): boolean {
  return protectedPaths.some((path) => path === '/root' && cwd.startsWith(path));
}

describe('the automaton and the oracle find the same', () => {
  it.each(ENVIRONMENTS.map((options, index) => [index, options] as const))('environment %i', (_, options) => {
    const guard = createPathGuard(options);
    let hits = 0;
    fc.assert(
      fc.property(fc.oneof(soup, disguised), (text) => {
        const expected = new Set([...findReferences('k', options), ...findReferences(text, options)]);
        const path = guard.find(argumentsOf(text))?.path;
        if (path !== undefined) hits++;
        if (path === undefined) expect([...expected], JSON.stringify(text)).toEqual([]);
        else expect([...expected], JSON.stringify(text)).toContain(path);
      }),
      { numRuns: RUNS, seed: SEED },
    );
    // Neither answer is so rare that the comparison says nothing.
    if (!everythingIsProtected(options)) {
      expect(hits / RUNS).toBeGreaterThan(0.1);
      expect(hits / RUNS).toBeLessThan(0.9);
    }
  });
});
