import { compilePattern, parsePattern } from '@agentpolicy/regex';
import { loadProgram } from '@agentpolicy/regex/match';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesShort } from './match-short.ts';

const atom = fc.constantFrom(
  'a',
  'b',
  '.',
  '\\s',
  '\\w',
  '[^a]',
  '[a-c.]',
  '^',
  '$',
  '\\b',
  '\\B',
  '\\n',
  '(?i)K',
  '(?m)^',
  '(?m)$',
  '\\pL',
  '😀',
  '(?s).',
);
const quantifier = fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,3}', '{0,2}?', '{2,}');

/** Patterns with everything that the syntax tree can hold. */
const pattern = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc
      .tuple(atom, quantifier)
      .map(([item, repeat]) => (/^[\^$]|^\(\?m|^\\[bB]$/.test(item) ? item : `(?:${item})${repeat}`)),
    fc.tuple(tie('node'), tie('node')).map(([left, right]) => `${left}${right}`),
    fc.tuple(tie('node'), tie('node')).map(([left, right]) => `(?:${left}|${right})`),
    fc.tuple(tie('node'), quantifier).map(([item, repeat]) => `(${item})${repeat}`),
  ),
})).node;

const text = fc.string({
  unit: fc.constantFrom('a', 'b', 'k', '\u212a', '.', ' ', '\n', '_', '😀', '\ud83d', '\ude00', 'é'),
  maxLength: 8,
});

describe('matchesShort', () => {
  it('gives the answers of the automata', () => {
    fc.assert(
      fc.property(pattern, text, (source, value) => {
        const parsed = parsePattern(source);
        if (!parsed.ok) return;
        const program = loadProgram(compilePattern(parsed.pattern));
        expect(matchesShort(parsed.pattern.root, value), source).toBe(program.test(value));
      }),
      { numRuns: 3_000 },
    );
  });

  it('ends on repeats of what can be empty, soon', () => {
    const parsed = parsePattern('^(?:(?:a*)*b?)*$');
    expect(parsed.ok && matchesShort(parsed.pattern.root, 'a'.repeat(200))).toBe(true);
    expect(parsed.ok && matchesShort(parsed.pattern.root, `${'a'.repeat(200)}c`)).toBe(false);
  });
});
