import type { JsonObject } from '@agentpolicy/core';
import { describe, expect, it } from 'vitest';
import { createPathGuard } from '../../src/paths/path-guard.ts';

const guard = createPathGuard({
  protectedPaths: ['~/.ssh', '.env', '/srv/a a a a/x', 'credentials/x/credentials'],
  ownFiles: [],
  home: '/home/u',
  cwd: '/home/u/w',
  foldCase: false,
});

/** The last name of a protected path at the end sends every reading through the whole walk. */
function timeOf(unit: string, length: number): number {
  const value = `${unit.repeat(length / unit.length)}\\ credentials`;
  const args: JsonObject = {
    kind: 'object',
    start: 0,
    end: 0,
    members: [{ key: 'k', keyStart: 0, keyEnd: 0, value: { kind: 'string', value, start: 0, end: 0 } }],
  };
  const times = [1, 2, 3].map(() => {
    const from = performance.now();
    guard.find(args);
    return performance.now() - from;
  });
  return Math.min(...times);
}

describe('time grows with the length of the arguments and no faster', () => {
  it.each([
    '/a',
    '../',
    'a b/../',
    '/srv/a a ',
    'a a a a ',
    ' ',
    `'"`,
    '\\',
    '\\x5c',
    '%25',
    '%EF%BC%85',
    '\u0300\u0316',
    '\uff9e\u0300',
    'file://',
    '~u/',
    ' -a',
    '$HOME/',
    'C:/',
    ' .en',
    'credentials/x/',
  ])('%j', (unit) => {
    timeOf(unit, 4_000);
    const short = timeOf(unit, 20_000);
    const long = timeOf(unit, 320_000);
    // Sixteen times the text; a quadratic part would show as 256 times. What is left is room for a busy machine.
    expect(long / Math.max(short, 1)).toBeLessThan(100);
  });
});

describe('deep arguments', () => {
  it('are followed without recursion', () => {
    let value: JsonObject['members'][number]['value'] = { kind: 'string', value: '.env', start: 0, end: 0 };
    for (let k = 0; k < 100_000; k++) value = { kind: 'array', items: [value], start: 0, end: 0 };
    const members = [{ key: 'k', keyStart: 0, keyEnd: 0, value }];
    expect(guard.find({ kind: 'object', members, start: 0, end: 0 })?.path).toBe('.env');
  });
});
