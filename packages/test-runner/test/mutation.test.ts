import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type MutantResult,
  type MutationReport,
  runMutations,
  runTests,
  scoreMutations,
} from '../src/index.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aip-mutation-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Tries mistakes in a policy with this `spec` on a suite with these calls. */
function mutate(spec: string, calls: string): MutationReport {
  const head = 'apiVersion: aip.io/v1alpha1\nkind: AgentPolicy\nmetadata: { name: mutation }\nspec:\n';
  writeFileSync(join(folder, 'policy.yaml'), `${head}${spec}`);
  writeFileSync(join(folder, 's.aip-test.yaml'), `policy: policy.yaml\ncalls:\n${calls}`);
  return runMutations([folder]);
}

function list(report: MutationReport): readonly MutantResult[] {
  return report.policies.flatMap(({ mutants }) => mutants);
}

function find(report: MutationReport, operator: string, after?: string | null): MutantResult | undefined {
  return list(report).find(
    (each) => each.operator === operator && (after === undefined || each.after === after),
  );
}

const RULE = "  tool_rules:\n    - { tool: read, allow_args: { path: '^/tmp/[a-z]+$' } }\n";
const PASS = '  - { tool: read, args: { path: /tmp/a }, expect: allow }\n';

describe('a mistake in a policy', () => {
  it.each<[string, string, string, string, string | null]>([
    [
      'a dropped start',
      RULE,
      '  - { tool: read, args: { path: x/tmp/a }, expect: block }\n',
      'drop-anchor',
      '/tmp/[a-z]+$',
    ],
    [
      'a dropped end',
      RULE,
      '  - { tool: read, args: { path: /tmp/a.txt }, expect: block }\n',
      'drop-anchor',
      '^/tmp/[a-z]+',
    ],
    [
      'a widened class',
      RULE,
      '  - { tool: read, args: { path: /tmp/A }, expect: block }\n',
      'widen-class',
      '^/tmp/.+$',
    ],
    [
      'a dropped constraint',
      RULE,
      '  - { tool: read, args: { path: x }, expect: block }\n',
      'drop-constraint',
      null,
    ],
    [
      'a softer action',
      '  tool_rules: [{ tool: read, action: block }]\n',
      '  - { tool: read, expect: block }\n',
      'soften-action',
      'ask',
    ],
    [
      'one more tool',
      '  allowed_tools: [read]\n',
      '  - { tool: drop, expect: block }\n',
      'allow-tool',
      'drop',
    ],
    [
      'a path that is protected no more',
      '  allowed_tools: [read]\n  protected_paths: [.env]\n',
      '  - { tool: read, args: { p: .env }, expect: block }\n',
      'drop-protected-path',
      null,
    ],
    [
      'a tool that is denied no more',
      '  allowed_tools: [read]\n  denied_tools: [read]\n',
      '  - { tool: read, expect: block }\n',
      'drop-denial',
      null,
    ],
    [
      'arguments that are strict no more',
      '  tool_rules: [{ tool: read, strict_args: true }]\n',
      '  - { tool: read, args: { x: 1 }, expect: block }\n',
      'drop-strictness',
      'false',
    ],
  ])('%s is noticed by a case about it, and by none else', (_, spec, calls, operator, after) => {
    expect(find(mutate(spec, calls), operator, after)).toMatchObject({ status: 'killed' });
    const other = '  - { tool: nobody, expect: block }\n';
    expect(find(mutate(spec, other), operator, operator === 'allow-tool' ? undefined : after)?.status).toBe(
      operator === 'allow-tool' ? 'killed' : 'survived',
    );
  });

  it('comes with a call that would notice it', () => {
    const report = mutate(RULE, PASS);
    const survivors = list(report).filter(({ status }) => status === 'survived');
    expect(survivors.map(({ operator }) => operator)).toEqual([
      'allow-tool',
      'drop-anchor',
      'drop-anchor',
      'widen-class',
      'drop-constraint',
    ]);
    // With all that was advised, nothing survives.
    const after = mutate(RULE, `${PASS}${survivors.map(({ advice }) => `  ${advice}\n`).join('')}`);
    expect(runTests([folder]).outcome).toBe('passed');
    expect(list(after).map(({ status }) => status)).toEqual(survivors.map(() => 'killed'));
    expect(scoreMutations(after)).toEqual({ killed: 5, total: 5 });
  });

  it('stands at its place in the policy', () => {
    expect(find(mutate(RULE, PASS), 'drop-anchor')?.place).toMatchObject({ line: 6 });
  });

  it('that changes nothing is left out', () => {
    const report = mutate(
      "  tool_rules: [{ tool: read, allow_args: { path: '^.*x' } }]\n",
      '  - { tool: read, args: { path: x }, expect: allow }\n',
    );
    // `.*x` without its anchor finds an x behind a line break too.
    expect(find(report, 'drop-anchor')?.status).toBe('survived');
    const same = mutate(
      "  tool_rules: [{ tool: read, allow_args: { path: '^(?s:.*)x' } }]\n",
      '  - { tool: read, args: { path: x }, expect: allow }\n',
    );
    expect(find(same, 'drop-anchor')?.status).toBe('equivalent');
  });

  it('is advised on where a call alone does not tell', () => {
    const limited = mutate(
      '  tool_rules: [{ tool: read, rate_limit: 2/minute }]\n',
      '  - { tool: read, expect: allow }\n',
    );
    expect(find(limited, 'raise-limit')?.advice).toBe(
      'record 3 calls of "read" within 60 s; the last one is rate_limited',
    );
    const dlp = mutate(
      "  allowed_tools: [read]\n  dlp: { patterns: [{ name: Key, regex: 'key-[0-9]' }] }\n",
      '  - { tool: read, expect: allow }\n',
    );
    expect(find(dlp, 'drop-dlp-pattern')?.advice).toContain('expect { redacted: ["Key"] }');
  });
});

describe('suites that can not tell', () => {
  it('because they fail as they are', () => {
    const report = mutate(RULE, '  - { tool: read, args: { path: x }, expect: allow }\n');
    expect(report).toMatchObject({ outcome: 'failed', failing: [{ outcome: 'failed' }], policies: [] });
  });

  it('because there are none', () => {
    expect(runMutations([folder])).toEqual({ outcome: 'nothing', failing: [], policies: [] });
  });
});
