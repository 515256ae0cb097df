import { describe, expect, it } from 'vitest';
import { createRandom, randomPattern, randomText } from '../../../../fixtures/regex/random-patterns.mjs';
import { compilePattern } from '../compile/compile-pattern.ts';
import { loadProgram } from '../match/load-program.ts';
import { parsePattern } from '../syntax/parse-pattern.ts';
import type { Pattern } from '../syntax/tree.ts';
import { checkEndAnchor, checkStartAnchor } from './anchors.ts';
import { areDisjoint, areEquivalent, isEmpty, isSubset, matchesEverything } from './compare.ts';
import { findWitness } from './find-witness.ts';
import { createLanguage, type Language } from './language.ts';
import { findNearMiss, isMember } from './near-miss.ts';

function parse(source: string): Pattern {
  const parsed = parsePattern(source);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.pattern;
}
const language = (source: string): Language => createLanguage(parse(source));

const YES = { answer: 'yes' };
const no = (witness: string): object => ({ answer: 'no', witness });

describe('comparing languages', () => {
  it.each([
    ['^(GET|POST)$', '^GET|POST$', YES],
    ['^GET|POST$', '^(GET|POST)$', no('GETa')],
    ['^https://api\\.github\\.com/.*', '^https://api.github.com/.*', YES],
    ['^https://api.github.com/.*', '^https://api\\.github\\.com/.*', no('https://apiagithubacom/')],
    ['^[0-9]+$', '^\\d+$', YES],
    ['^\\pN$', '^\\d$', no('²')],
    ['a', '', YES],
    ['', 'a', no('')],
    ['(?i)^k$', '^[kK]$', no('\u212a')],
    ['^a$', '^a\\z', YES],
    ['(?m)^a$', '^a$', no('a\n')],
    ['^(?s:.)$', '^.$', no('\n')],
    ['\\bfoo\\b', 'foo', YES],
    ['foo', '\\bfoo\\b', no('afoo')],
    ['^[xy]*x[xy]{8}$', '^[xy]{9,}$', YES],
    ['^[xy]{3,}$', '^[xy]*x[xy]{2}$', no('yxx')],
  ])('%s is part of %s', (inner, outer, expected) => {
    expect(isSubset(language(inner), language(outer))).toEqual(expected);
  });

  it.each([
    ['(?s).*', YES],
    ['.*', YES],
    ['^.*$', no('\n')],
    ['^', YES],
    ['a|[^a]|^$', YES],
    ['a', no('')],
    ['\\b|\\B', YES],
  ])('%s matches everything', (source, expected) => {
    expect(matchesEverything(language(source))).toEqual(expected);
  });

  it.each([
    ['a$b', YES],
    ['[^\\x00-\\x{10FFFF}]', YES],
    ['a\\bb', YES],
    ['\\b\\B', YES],
    ['^\\n^a', YES],
    ['(?m)^\\n^a', no('\na')],
    ['x{3}', no('xxx')],
    ['[^a-z]', no('0')],
    ['\\x{1F600}', no('😀')],
  ])('%s matches nothing', (source, expected) => {
    expect(isEmpty(language(source))).toEqual(expected);
  });

  it('tells whether two overlap, and whether they are the same', () => {
    expect(areDisjoint(language('^[a-z]+$'), language('^[0-9]+$'))).toEqual(YES);
    expect(areDisjoint(language('^[a-z]+$'), language('b'))).toEqual(no('b'));
    expect(areEquivalent(language('^(?:a|b)*$'), language('^[ab]*$'))).toEqual(YES);
    expect(areEquivalent(language('^a?$'), language('^a$'))).toEqual(no(''));
  });

  it('finds what is in two and not in a third', () => {
    const query = { in: [language('^/srv/'), language('\\.\\.')], notIn: [language('^[^.]*$|/\\.\\./')] };
    expect(findWitness(query)).toEqual({ kind: 'found', text: '/srv/..' });
  });

  it('says when it does not know', () => {
    const wide = createLanguage(parse('^[xy]*x[xy]{30}$'), { states: 100 });
    expect(isSubset(wide, language('^[xy]{31}$')).answer).toBe('unknown');
    expect(findWitness({ in: [language('^[a-z]{500}$')] }, { pairs: 100 }).kind).toBe('unknown');
  });
});

describe('anchors', () => {
  it.each([
    ['^GET$', true, true],
    ['^GET|POST$', 'aPOST', 'GETa'],
    ['GET', 'aGET', 'GETa'],
    ['^[a-z]+', true, 'a0'],
    ['[a-z]+$', '0a', true],
    ['(?m)^a$', '\na', 'a\n'],
    ['\\Aa\\z', true, true],
    ['\\ba\\b', '-a', 'a-'],
    ['^(?s:.*)a', true, 'ab'],
    ['.*', 'a', 'a'],
  ])('%s', (source, start, end) => {
    const verdict = (found: string | boolean): object =>
      found === true ? { anchored: true } : { anchored: false, example: found };
    expect(checkStartAnchor(parse(source))).toEqual(verdict(start));
    expect(checkEndAnchor(parse(source))).toEqual(verdict(end));
  });
});

describe('near misses', () => {
  it.each([
    ['^GET$', 'GETx'],
    ['^GET', 'xGET'],
    ['GET', 'GE'],
    ['^[a-z]+$', 'aX'],
    ['', undefined],
    ['a$b', 'x'],
  ])('of %s', (source, expected) => {
    if (source === 'a$b') expect(findNearMiss(language(source))).toBeUndefined();
    else expect(findNearMiss(language(source))).toBe(expected);
  });
});

describe('random patterns', () => {
  it('have the members that the matcher finds, and witnesses that it confirms', () => {
    const random = createRandom(99);
    const sources: string[] = [];
    while (sources.length < 60) {
      const source = randomPattern(random);
      if (parsePattern(source).ok) sources.push(source);
    }
    const all = sources.map((source) => ({
      source,
      language: language(source),
      lazy: createLanguage(parse(source), { eagerStates: 0 }),
      program: loadProgram(compilePattern(parse(source))),
    }));
    for (const [index, a] of all.entries()) {
      const texts = Array.from({ length: 15 }, () => randomText(random));
      for (const text of texts) {
        expect([a.source, text, isMember(a.language, text)]).toEqual([a.source, text, a.program.test(text)]);
        expect([a.source, text, isMember(a.lazy, text)]).toEqual([a.source, text, a.program.test(text)]);
      }
      const b = all[(index + 1) % all.length] ?? a;
      const found = findWitness({ in: [a.language], notIn: [b.language] });
      const lazily = findWitness({ in: [a.lazy], notIn: [b.lazy] });
      // States that lead nowhere are only seen as such after minimisation, so the lazy one may give up
      // earlier.
      expect([found.kind, 'unknown']).toContain(lazily.kind);
      if (found.kind === 'found') {
        expect([a.source, b.source, a.program.test(found.text), b.program.test(found.text)]).toEqual([
          a.source,
          b.source,
          true,
          false,
        ]);
        if (lazily.kind === 'found') expect([...lazily.text].length).toBe([...found.text].length);
      } else {
        for (const text of texts) expect(a.program.test(text) && !b.program.test(text)).toBe(false);
      }
    }
  });
});
