import { type JsonObject, toJsonObject } from '@agentpolicy/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decision } from '../src/index.ts';
import { combineChanges, diffTables, mirrorChange } from '../src/index.ts';
import { compileSpec, confirmWith, decide, startEngine } from './tables.ts';

/** Every text of at most three letters of a small alphabet, the shortest first. */
const TEXTS = [''];
for (const text of TEXTS)
  if (text.length < 3) TEXTS.push(...['a', 'b', 'c', 'A', '\n'].map((letter) => `${text}${letter}`));

const PATTERNS = [
  '^a$',
  '^(a|b)$',
  '^[ab]$',
  'a',
  '^a',
  'b$',
  '^a|b$',
  '^.$',
  '^[a-c]+$',
  '^ab?$',
  '',
  '^$',
  'a$b',
  '(?i)^a$',
  '^(?:a|ab)$',
  '[^a]',
  '(?s)^.*$',
];

const RUNS = Number(process.env.DIFF_RUNS ?? 3000);

const ARGUMENTS = ['x', 'y'];
const TOOLS = ['t'];

const rule = (tool: string) =>
  fc.record(
    {
      tool: fc.constant(tool),
      action: fc.constantFrom('allow', 'allow', 'ask', 'block'),
      strict_args: fc.boolean(),
      allow_args: fc.dictionary(fc.constantFrom(...ARGUMENTS), fc.constantFrom(...PATTERNS), { maxKeys: 2 }),
    },
    { requiredKeys: ['tool'], noNullPrototype: true },
  );

const spec = fc
  .record(
    {
      mode: fc.constantFrom('enforce', 'enforce', 'enforce', 'monitor'),
      strict_args_default: fc.boolean(),
      allowed_tools: fc.uniqueArray(fc.constantFrom(...TOOLS), { maxLength: 1 }),
      denied_tools: fc.constantFrom([], [], [], [], TOOLS),
      denied_methods: fc.constantFrom([], [], [], [], [], [], ['tools/call']),
      rules: fc.option(rule('t'), { nil: undefined, freq: 8 }).map((one) => (one === undefined ? [] : [one])),
    },
    { requiredKeys: ['mode', 'rules'], noNullPrototype: true },
  )
  .map(({ rules, ...rest }) => ({ ...rest, tool_rules: rules }));

/** For each pattern, which of the texts an engine lets pass. */
const MEMBERS = new Map(
  PATTERNS.map((pattern) => {
    const engine = startEngine(compileSpec({ tool_rules: [{ tool: 't', allow_args: { x: pattern } }] }));
    return [
      pattern,
      TEXTS.map((text) => decide(engine, 't', toJsonObject({ x: text })) === 'allow'),
    ] as const;
  }),
);

/** One text for each way in which the patterns tell texts apart: the others are decided as one of them is. */
function listTexts(patterns: readonly string[]): readonly string[] {
  const found = new Map<string, string>();
  for (const [index, text] of TEXTS.entries()) {
    const key = patterns.map((pattern) => MEMBERS.get(pattern)?.[index]).join();
    if (!found.has(key)) found.set(key, text);
  }
  return [...found.values()];
}

type Spec = typeof spec extends fc.Arbitrary<infer T> ? T : never;

/** A call of each kind that two policies can tell apart, with and without an argument that no rule names. */
function listCalls(policies: readonly Spec[]): readonly JsonObject[] {
  const [xs = [], ys = []] = ARGUMENTS.map((argument) =>
    listTexts(
      policies.flatMap(({ tool_rules: rules }) => rules.flatMap((one) => one.allow_args?.[argument] ?? [])),
    ),
  );
  return [{}, { z: 'z' }].flatMap((extra) =>
    [undefined, ...xs].flatMap((x) =>
      [undefined, ...ys].map((y) =>
        toJsonObject({ ...(x === undefined ? {} : { x }), ...(y === undefined ? {} : { y }), ...extra }),
      ),
    ),
  );
}

const LEVEL: Readonly<Record<Decision, number>> = { block: 0, ask: 1, allow: 2 };

describe('differences between calls', () => {
  it('are those that trying every call finds, and each example flips the decision', () => {
    let different = 0;
    fc.assert(
      fc.property(spec, spec, (oldSpec, nextSpec) => {
        const old = compileSpec(oldSpec);
        const next = compileSpec(nextSpec);
        const before = startEngine(old);
        const after = startEngine(next);
        const diff = diffTables(old, next, { confirm: confirmWith(old, next) });
        for (const tool of [...TOOLS, null]) {
          const expected = new Set<string>();
          const name = tool ?? 'unlisted_tool';
          for (const call of listCalls([oldSpec, nextSpec])) {
            const from = decide(before, name, call);
            const to = decide(after, name, call);
            if (from !== to) expected.add(`${from} ${to}`);
          }
          // A tool that neither policy names is one of the others.
          const reported = diff.tools.some((one) => one.tool === tool) ? tool : null;
          const found = diff.differences.filter((one) => one.kind === 'calls' && one.tool === reported);
          const ways = found.map((one) => (one.kind === 'calls' ? `${one.from} ${one.to}` : ''));
          expect(ways.toSorted()).toEqual([...expected].sort());
          for (const one of found) {
            if (one.kind !== 'calls') continue;
            expect(one.certainty).toBe('confirmed');
            expect(one.change).toBe(LEVEL[one.to] > LEVEL[one.from] ? 'widened' : 'narrowed');
          }
          different += found.length;
          const verdict =
            reported === null ? diff.otherTools : diff.tools.find((one) => one.tool === tool)?.change;
          expect(verdict).toBe(combineChanges(found.map(({ change }) => change)));
        }
      }),
      { numRuns: RUNS, seed: Number(process.env.DIFF_SEED ?? 1) },
    );
    expect(different).toBeGreaterThan(RUNS / 2);
  });

  it('are none between a policy and itself', () => {
    fc.assert(
      fc.property(spec, (one) => {
        expect(diffTables(compileSpec(one), compileSpec(one)).differences).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('mirror each other', () => {
    fc.assert(
      fc.property(spec, spec, (oldSpec, nextSpec) => {
        const old = compileSpec(oldSpec);
        const next = compileSpec(nextSpec);
        const forth = diffTables(old, next);
        const back = diffTables(next, old);
        expect(back.change).toBe(mirrorChange(forth.change));
        expect(back.otherTools).toBe(mirrorChange(forth.otherTools));
        expect(back.tools.map(({ tool, change }) => [tool, change])).toEqual(
          forth.tools.map(({ tool, change }) => [tool, mirrorChange(change)]),
        );
      }),
      { numRuns: 1000 },
    );
  });
});
