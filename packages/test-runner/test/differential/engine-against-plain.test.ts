import { compilePolicy } from '@agentpolicy/compiler';
import { type DecisionTable, loadTable, serializeTable, toJsonObject } from '@agentpolicy/core';
import { createEngine, type ToolDecision } from '@agentpolicy/engine';
import { parsePolicy } from '@agentpolicy/spec';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Json, PlainEvaluator, type PlainPolicy, type PlainRule } from './plain-evaluator.ts';

const HOME = '/home/agent';
const CWD = '/workspace';
const POLICIES = 5_000;
const CALLS = 24;

/** Few names in many spellings, so that policies and calls meet. */
const NAMES = ['read_file', 'run', 'fetch', 'tool2'];
const spelled = (name: string): fc.Arbitrary<string> =>
  fc.constantFrom(
    name,
    name.toUpperCase(),
    ` ${name} `,
    `${name.slice(0, 2)}\u200b${name.slice(2)}`,
    name.replace('2', '²').replace('f', 'ｆ'),
  );
const toolName = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...NAMES).chain(spelled) },
  { weight: 1, arbitrary: fc.constantFrom('rеad_file', 'other', '', '\u200b', 'constructor', '__proto__x') },
);

const PATTERNS = [
  '^a',
  'a$',
  '^(GET|POST)$',
  '^https://api\\.github\\.com/',
  '^https://api.github.com/[a-z/]*$',
  '(?i)^select\\s+\\w+$',
  '^[0-9]+$',
  '^-?[0-9.]+$',
  '^(true|false)$',
  '^$',
  '.',
  '^.*$',
  '[[:upper:]]',
  '\\bx\\b',
  '^/workspace/[^.]*$',
  '^\\[.*\\]$',
  '^\\{"a":1,"b":\\[\\]\\}$',
  '(?i)k',
  '^\\pL+$',
  'a|b$',
  '(a+)+$',
  '^(?:a{0,3}b?){2}$',
];

const STRINGS = [
  '',
  'a',
  'ab',
  'ba',
  'GET',
  'get',
  'POST ',
  'https://api.github.com/repos',
  'https://apixgithub.com/',
  'SELECT id',
  'select\nid',
  '8080',
  'true',
  'x',
  'ax',
  'K',
  '\u212a',
  'Ελλάς',
  'a\n',
  '/workspace/a',
  '/workspace/../etc',
  '~/.ssh/id',
  '/home/agent/.ssh',
  '/home/agent/.sshx',
  'cat /home/agent/.ssh/id',
  '../home/agent/.ssh/id',
  '.env',
  'config/.env.local',
  '.environment',
  'a/.env/b',
  '/etc/shadow',
  '/etc/shadows',
  '/etc/../etc/shadow',
  '\ud83d\ude00',
];

const scalar: fc.Arbitrary<Json> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...STRINGS) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Json>(0, -0, 8080, -1.5, 0.25, 1e20, 123456789012345680000, null, true, false),
  },
);
const value: fc.Arbitrary<Json> = fc.oneof(
  { weight: 8, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom('b', 'a', '.env', 'Z'), scalar, { maxKeys: 3 }) },
  { weight: 1, arbitrary: fc.constant({ b: [], a: 1 }) },
);
const argumentName = fc.constantFrom('url', 'path', 'URL', 'n', '');

const rule: fc.Arbitrary<PlainRule> = fc.record(
  {
    tool: toolName,
    action: fc.constantFrom('allow', 'ask', 'block'),
    rate_limit: fc.constantFrom('0/second', '1/second', '3/minute', '7/m', '100/hour', '2/s'),
    strict_args: fc.boolean(),
    allow_args: fc.dictionary(argumentName, fc.constantFrom(...PATTERNS), { maxKeys: 2 }),
  },
  { requiredKeys: ['tool'] },
);

const policy: fc.Arbitrary<PlainPolicy> = fc
  .record(
    {
      mode: fc.constantFrom('enforce', 'enforce', 'monitor'),
      allowed_tools: fc.array(toolName, { maxLength: 3 }),
      denied_tools: fc.array(toolName, { maxLength: 1 }),
      allowed_methods: fc.array(
        fc.constantFrom('tools/call', 'Tools/List', '*', 'initialize', 'resources/read'),
        {
          maxLength: 3,
        },
      ),
      denied_methods: fc.array(
        fc.constantFrom('tools/list', 'RESOURCES/read', 'server/discover', 'initialize'),
        {
          maxLength: 2,
        },
      ),
      strict_args_default: fc.boolean(),
      protected_paths: fc.subarray(['~/.ssh', '.env', '/etc/shadow'], { maxLength: 3 }),
      tool_rules: fc.array(rule, { maxLength: 4 }),
    },
    { requiredKeys: [] },
  )
  .map((spec) => ({ apiVersion: 'aip.io/v1alpha1', kind: 'AgentPolicy', metadata: { name: 'p' }, spec }));

const call = fc.record({
  tool: toolName,
  args: fc.dictionary(argumentName, value, { maxKeys: 3 }),
  wait: fc.constantFrom(0, 0, 1, 333, 1_000, 20_000, 3_600_000),
});

/** Null where the policy is refused: names that are empty, or two rules for one tool. */
function compile(document: PlainPolicy): DecisionTable | null {
  const parsed = parsePolicy(JSON.stringify(document), 'policy.json');
  if (!parsed.ok) return null;
  const compiled = compilePolicy(parsed.document);
  // Through the file, as the proxy gets it.
  return compiled.ok ? loadTable(serializeTable(compiled.table)) : null;
}

function argumentOf({ reason }: ToolDecision): string | null {
  return reason.kind === 'argument-missing' ||
    reason.kind === 'argument-mismatch' ||
    reason.kind === 'argument-undeclared'
    ? reason.argument
    : null;
}

describe('the engine on its table against the plain evaluator on the policy', () => {
  it('decides every call alike', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(policy, fc.array(call, { minLength: CALLS, maxLength: CALLS }), (document, calls) => {
        const table = compile(document);
        fc.pre(table !== null);
        if (table === null) return;
        let now = 1_000_000;
        const engine = createEngine(table, {
          clock: () => now,
          home: HOME,
          cwd: CWD,
          foldCase: false,
          ownFiles: [],
        });
        const plain = new PlainEvaluator(document, HOME, CWD);
        for (const { tool, args, wait } of calls) {
          now += wait;
          const got = engine.decideToolCall({ name: tool, args: toJsonObject(args) });
          const kind = `${document.spec.mode ?? 'enforce'} ${got.decision} ${got.reason.kind}`;
          seen.set(kind, (seen.get(kind) ?? 0) + 1);
          expect({
            decision: got.decision,
            violation: got.violation,
            code: got.error?.code ?? null,
            argument: argumentOf(got),
          }).toEqual(plain.decide(tool, args, now));
        }
      }),
      { numRuns: POLICIES, seed: 20261123 },
    );
    expect([...seen.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(100_000);
    // Agreement means something only where every way to decide was taken often.
    for (const mode of ['enforce', 'monitor']) {
      const refusal = mode === 'monitor' ? 'ALLOW' : 'BLOCK';
      for (const kind of [
        'ALLOW permitted',
        'ASK ask',
        'RATE_LIMITED rate-limit',
        'BLOCK protected-path',
        `${refusal} denied`,
        `${refusal} blocked`,
        `${refusal} not-listed`,
        `${refusal} argument-missing`,
        `${refusal} argument-mismatch`,
        `${refusal} argument-undeclared`,
      ]) {
        expect([mode, kind, (seen.get(`${mode} ${kind}`) ?? 0) > 100]).toEqual([mode, kind, true]);
      }
    }
  }, 300_000);

  it('decides every method alike', () => {
    const method = fc.constantFrom(
      'tools/call',
      'TOOLS/CALL',
      'tools/list',
      'initialize',
      'server/discover',
      'resources/read',
      'ping',
      'x/y',
      ' ping\u200b',
    );
    fc.assert(
      fc.property(policy, fc.array(method, { maxLength: 6 }), (document, methods) => {
        const table = compile(document);
        fc.pre(table !== null);
        if (table === null) return;
        const engine = createEngine(table, {
          clock: () => 0,
          home: HOME,
          cwd: CWD,
          foldCase: false,
          ownFiles: [],
        });
        const plain = new PlainEvaluator(document, HOME, CWD);
        for (const name of methods) {
          expect([name, engine.decideMethod(name).decision === 'ALLOW']).toEqual([
            name,
            plain.isMethodAllowed(name),
          ]);
        }
      }),
      { numRuns: 2_000, seed: 20261123 },
    );
  });
});
