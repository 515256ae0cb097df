import { countsAsWidening, type Difference, diffTables } from '@agentpolicy/analysis';
import { compilePolicy } from '@agentpolicy/compiler';
import type { DecisionTable } from '@agentpolicy/core';
import { createLinter, RULES } from '@agentpolicy/lint';
import { type PolicySpec, parsePolicy } from '@agentpolicy/spec';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completePolicy } from '../../../lint/test/lint-text.ts';
import { FILES, mutatedPolicy, PAGES } from '../../../lint/test/mutated-policy.ts';
import { applyEdits } from '../../src/lint/fix/apply-edits.ts';
import { fixText } from '../../src/lint/fix/fix-text.ts';
import { createPolicyJudge } from '../../src/lint/judge/judge-policy.ts';
import { randomPolicy } from './random-policy.ts';

const linter = createLinter({ preset: 'all' });
const judge = createPolicyJudge('policy.yaml', linter);

interface Compiled {
  readonly table: DecisionTable;
  readonly spec: PolicySpec;
}

/** Undefined for what is no policy that could be enforced. */
function compile(text: string): Compiled | undefined {
  const parsed = parsePolicy(text, 'policy.yaml');
  if (!parsed.ok) return undefined;
  const compiled = compilePolicy(parsed.document);
  return compiled.ok ? { table: compiled.table, spec: parsed.document.policy.spec } : undefined;
}

/** Settings that the analysis knows no order of: switched on, a check refuses more. */
const CHECKS = ['verify_capabilities', 'verify_signature', 'verify_user_binding'].map(
  (name) => `/aat/validation/${name}`,
);

function isSwitchedOn(difference: Difference): boolean {
  return difference.kind === 'setting' && CHECKS.includes(difference.setting) && difference.to === 'true';
}

/** What the analysis finds that the second text allows and the first does not. */
function findWidened(before: string, after: string): readonly string[] {
  const old = compile(before);
  const next = compile(after);
  if (old === undefined || next === undefined) return ['one of the two is no policy'];
  const { differences } = diffTables(old.table, next.table, {
    settings: { old: old.spec, next: next.spec },
  });
  return differences
    .filter((each) => countsAsWidening(each.change) && !isSwitchedOn(each))
    .map((each) => JSON.stringify(each));
}

interface FixedOnce {
  readonly code: string;
  readonly title: string;
  readonly after: string;
}

function* applySafeFixes(text: string): Iterable<FixedOnce> {
  const parsed = parsePolicy(text, 'policy.yaml');
  if (!parsed.ok) return;
  for (const { code, fixes } of linter.lint(parsed.document)) {
    for (const { title, safety, edits } of fixes) {
      if (safety === 'safe') yield { code, title, after: applyEdits(text, edits) };
    }
  }
}

const SEEDS = [...PAGES, ...FILES];

/** A longer run: `FIX_RUNS=10000`. */
const RUNS = Number(process.env.FIX_RUNS ?? 60);

describe('a safe fix', () => {
  it('is proved to allow nothing new, for every rule that has one', () => {
    const proved = new Set<string>();
    for (const { text } of SEEDS) {
      if (compile(text) === undefined) continue;
      for (const { code, title, after } of applySafeFixes(text)) {
        expect(findWidened(text, after), `${code}: ${title}\n${text}\n${after}`).toEqual([]);
        proved.add(code);
      }
    }
    const safe = RULES.filter(({ meta }) => meta.fixable).map(({ meta }) => meta.name);
    // These have fixes that are made on request only.
    const unsafe = ['invalid-pattern', 'schema-hash-mismatch', 'shadowed-method'];
    expect([...proved].sort()).toEqual(safe.filter((name) => !unsafe.includes(name)));
  }, 120_000);

  it('would be found out if it allowed more', () => {
    const policy = (pattern: string): string =>
      completePolicy(`spec:\n  tool_rules:\n    - tool: t\n      allow_args:\n        a: '${pattern}'\n`);
    expect(findWidened(policy('^a$'), policy('^a'))).not.toEqual([]);
    expect(findWidened(policy('^a'), policy('^a$'))).toEqual([]);
  });

  it.each([
    ['a random policy', randomPolicy],
    ['a policy that is like one of ours', mutatedPolicy.map(({ text }) => text)],
  ])(
    'is proved to allow nothing new in %s, alone and with all others',
    (_, policy) => {
      let proved = 0;
      fc.assert(
        fc.property(policy, (text) => {
          if (compile(text) === undefined) return;
          for (const { after } of applySafeFixes(text)) {
            expect(findWidened(text, after), after).toEqual([]);
            proved++;
          }
          const { text: fixed } = fixText(text, judge, 'safe');
          expect(findWidened(text, fixed), fixed).toEqual([]);
          expect(fixText(fixed, judge, 'safe').text).toBe(fixed);
        }),
        { numRuns: RUNS },
      );
      expect(proved).toBeGreaterThan(RUNS / 10);
    },
    60_000 + 100 * RUNS,
  );
});
