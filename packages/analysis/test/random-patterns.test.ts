import { toJsonObject } from '@agentpolicy/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combineChanges, diffTables, mirrorChange } from '../src/index.ts';
import { compileSpec, confirmWith, decide, startEngine } from './tables.ts';

const RUNS = Number(process.env.DIFF_RUNS ?? 1000);

/** Every text of at most three letters of a small alphabet, and some with a line feed or a capital letter. */
const TEXTS = [''];
for (const text of TEXTS)
  if (text.length < 3) TEXTS.push(...['a', 'b', 'c'].map((letter) => `${text}${letter}`));
const OTHERS = ['\n', 'a\n', '\na', 'a\nb', 'A', 'aB', 'B', '1', 'ä'];

/** Patterns of all kinds over that alphabet, most of them without a meaning that a person would give them. */
const { pattern } = fc.letrec<{ pattern: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    { withCrossShrink: true, depthSize: 'small' },
    fc.constantFrom(
      'a',
      'b',
      'c',
      '.',
      '[ab]',
      '[^a]',
      '[b-c]',
      '\\w',
      '\\n',
      '^',
      '$',
      '\\b',
      '(?s:.)',
      '(?i:a)',
    ),
    tie('pattern').map((inner) => `(?:${inner})`),
    tie('pattern').map((inner) => `(${inner})`),
  ),
  pattern: fc.oneof(
    { withCrossShrink: true, depthSize: 'small' },
    fc
      .array(fc.tuple(tie('atom'), fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,2}', '*?')), {
        maxLength: 4,
      })
      .map((parts) =>
        parts.map(([atom, count]) => (/^[$^]|^\\b/.test(atom) ? atom : `${atom}${count}`)).join(''),
      ),
    fc.tuple(tie('pattern'), tie('pattern')).map(([one, other]) => `${one}|${other}`),
    tie('pattern').map((inner) => `^${inner}$`),
    tie('pattern').map((inner) => `^(?:${inner})$`),
  ),
}));

/** A change as pull requests make them: most of it stays. */
const change = fc
  .tuple(pattern, pattern, pattern, fc.nat(3))
  .map(([kept, before, after, form]): readonly [string, string] => {
    switch (form) {
      case 0:
        return [before, after];
      case 1:
        return [`^(?:${kept}|${before})$`, `^(?:${kept}|${after})$`];
      case 2:
        return [`^(?:${kept})(?:${before})$`, `^(?:${kept})(?:${after})$`];
      default:
        return [`^(?:${kept})$`, `^${kept}$`];
    }
  });

const compile = (x: string, action: string) =>
  compileSpec({ tool_rules: [{ tool: 't', action, allow_args: { x } }] });

describe('random patterns', () => {
  it('differ in all that trying texts finds, and in nothing that the engines do not confirm', () => {
    const counts = { widened: 0, narrowed: 0, moved: 0, unchanged: 0, unknown: 0 };
    fc.assert(
      fc.property(change, fc.constantFrom('allow', 'allow', 'allow', 'ask'), ([before, after], action) => {
        const old = compile(before, 'allow');
        const next = compile(after, action);
        const engines = [startEngine(old), startEngine(next)] as const;
        const diff = diffTables(old, next, { confirm: confirmWith(old, next) });
        const ways = new Set(
          diff.differences.map((one) => (one.kind === 'calls' ? `${one.from} ${one.to}` : one.kind)),
        );
        for (const text of [...TEXTS, ...OTHERS]) {
          const args = toJsonObject({ x: text });
          const from = decide(engines[0], 't', args);
          const to = decide(engines[1], 't', args);
          if (from !== to) expect(ways).toContain(`${from} ${to}`);
        }
        for (const one of diff.differences) {
          if (one.kind !== 'calls' || one.change === 'unknown') continue;
          expect(one.certainty).toBe('confirmed');
        }
        expect(diff.change).toBe(combineChanges(diff.differences.map((one) => one.change)));
        const back = diffTables(next, old);
        // Where a budget ends, it ends in another place of the other direction.
        const isKnown = [diff, back].every(({ differences }) =>
          differences.every((one) => one.change !== 'unknown'),
        );
        if (isKnown) expect(back.change).toBe(mirrorChange(diff.change));
        counts[diff.change]++;
      }),
      { numRuns: RUNS, seed: Number(process.env.DIFF_SEED ?? 7) },
    );
    // The property is not about policies that are all alike, and no budget hides what it is about.
    const { unknown, ...told } = counts;
    expect(Math.min(...Object.values(told))).toBeGreaterThan(RUNS / 20);
    expect(unknown).toBeLessThan(RUNS / 100);
  });
});
