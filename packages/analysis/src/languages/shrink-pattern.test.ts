import { createLanguage, findWitness, isMember, parsePattern } from '@agentpolicy/regex';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shrinkPattern } from './shrink-pattern.ts';

function findShortest(source: string) {
  const parsed = parsePattern(source);
  if (!parsed.ok) throw new Error(`${source}: ${parsed.error.message}`);
  const whole = createLanguage(parsed.pattern);
  const shrunk = shrinkPattern(parsed.pattern);
  return {
    whole,
    expected: findWitness({ in: [whole] }),
    found: shrunk === undefined ? undefined : findWitness({ in: [createLanguage(shrunk)] }),
  };
}

describe('shrinkPattern', () => {
  it.each<[string, string]>([
    ['^https://a\\.example/[\\w./-]{0,40}$', 'https://a.example/'],
    ['^[a-z]+$', 'a'],
    ['^(?:ab|c){2,}x*$', 'cc'],
    ['(?:aaaa|b*)', ''],
    ['^a*?(b){3}$', 'bbb'],
    ['a*^b', 'b'],
  ])('finds a shortest text of %s: %s', (source, text) => {
    const { expected, found } = findShortest(source);
    expect(found).toEqual({ kind: 'found', text });
    expect(expected).toEqual(found);
  });

  it.each(['a*\\bb', '(?m)x*^a', 'a\\B.*'])(
    'leaves %s alone, whose assertion looks at a neighbour',
    (source) => {
      expect(findShortest(source).found).toBeUndefined();
    },
  );

  const { pattern } = fc.letrec<{ pattern: string; atom: string }>((tie) => ({
    atom: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '[0-9]', '^', '$', '(?i:k)'),
      tie('pattern').map((inner) => `(${inner})`),
    ),
    pattern: fc.oneof(
      { depthSize: 'small' },
      fc
        .array(fc.tuple(tie('atom'), fc.constantFrom('', '', '*', '+', '?', '{2}', '{0,3}', '{1,}', '*?')), {
          maxLength: 4,
        })
        .map((parts) => parts.map(([atom, count]) => `${atom}${/^[$^]/.test(atom) ? '' : count}`).join('')),
      fc.tuple(tie('pattern'), tie('pattern')).map(([one, other]) => `${one}|${other}`),
      tie('pattern').map((inner) => `^(?:${inner})$`),
    ),
  }));

  it('finds a text as short as the whole pattern has, and none where that has none', () => {
    fc.assert(
      fc.property(pattern, (source) => {
        const { whole, expected, found } = findShortest(source);
        expect(found?.kind).toBe(expected.kind);
        if (found?.kind !== 'found' || expected.kind !== 'found') return;
        expect(isMember(whole, found.text)).toBe(true);
        expect([...found.text]).toHaveLength([...expected.text].length);
      }),
      { numRuns: 2000, seed: 3 },
    );
  });
});
