import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairFiles } from '../../src/diff/git/pair-files.ts';
import type { RevisionFile } from '../../src/diff/git/revision-file.ts';

const file = (path: string, policyName: string | null): RevisionFile => ({
  path,
  policyName,
  blob: `${path} ${policyName}`,
  bytes: Buffer.alloc(0),
});

const files = fc
  .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.constantFrom('x', 'y', null)), {
    selector: ([path]) => path,
  })
  .map((all) => all.map(([path, name]) => file(path, name)));

const show = (old: readonly RevisionFile[], next: readonly RevisionFile[]): string[] =>
  pairFiles(old, next).map((pair) => `${pair.old?.path ?? '-'} ${pair.next?.path ?? '-'}`);

describe('pairFiles', () => {
  it.each<[string, readonly RevisionFile[], readonly RevisionFile[], readonly string[]]>([
    ['the same path, whatever its name', [file('a', 'x')], [file('a', 'y')], ['a a']],
    ['a new path with a name that is gone', [file('a', 'x')], [file('b', 'x')], ['a b']],
    ['no two policies of other names', [file('a', 'x')], [file('b', 'y')], ['a -', '- b']],
    ['no policies without a name', [file('a', null)], [file('b', null)], ['a -', '- b']],
    ['no name that two files had', [file('a', 'x'), file('b', 'x')], [file('c', 'x')], ['a -', 'b -', '- c']],
    [
      'no name that two files have',
      [file('a', 'x')],
      [file('b', 'x'), file('c', 'x')],
      ['a -', '- b', '- c'],
    ],
    ['no copy of a file that stays', [file('a', 'x')], [file('a', 'x'), file('b', 'x')], ['a a', '- b']],
  ])('pairs %s', (_, old, next, expected) => {
    expect(show(old, next)).toEqual(expected);
  });

  it('loses no file and takes none twice', () => {
    fc.assert(
      fc.property(files, files, (old, next) => {
        const pairs = pairFiles(old, next);
        const side = (pick: 'old' | 'next'): string[] =>
          pairs.flatMap((pair) => pair[pick]?.path ?? []).sort();
        expect(side('old')).toEqual(old.map(({ path }) => path).sort());
        expect(side('next')).toEqual(next.map(({ path }) => path).sort());
        expect(pairs.every((pair) => pair.old !== null || pair.next !== null)).toBe(true);
      }),
    );
  });
});
