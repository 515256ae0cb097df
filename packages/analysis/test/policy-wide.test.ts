import type { DecisionTable, TableRateLimit } from '@agentpolicy/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareRateLimits } from '../src/diff/diff-limits.ts';
import { AnalysisError, checkSources, diffTables, type PolicySettings } from '../src/index.ts';
import { compileSpec, compileText, confirmWith, startEngine } from './tables.ts';

const summarize = (old: DecisionTable, next: DecisionTable): string[] =>
  diffTables(old, next).differences.map((one) => {
    switch (one.kind) {
      case 'method':
        return `${one.method ?? '*'} ${one.change}`;
      case 'protected-path':
        return `${one.path} ${one.change}`;
      case 'feature':
        return `${one.feature} ${one.change}`;
      case 'schema-hash':
      case 'rate-limit':
        return `${one.kind} ${one.change}`;
      default:
        return `${one.kind} ${one.change}`;
    }
  });

describe('methods', () => {
  const name = fc.constantFrom('*', 'ping', 'Ping', 'initialize', 'resources/read', 'server/discover', 'x/y');
  const spec = fc
    .record({
      allowed_methods: fc.array(name, { maxLength: 3 }),
      denied_methods: fc.array(name, { maxLength: 2 }),
    })
    .map((lists) => ({ ...lists, allowed_tools: ['t'] }));
  const METHODS = [
    'ping',
    'initialize',
    'resources/read',
    'server/discover',
    'x/y',
    'tools/list',
    'no/list/has',
  ];

  it('differ where the engine says so', () => {
    fc.assert(
      fc.property(spec, spec, (a, b) => {
        const old = compileSpec(a);
        const next = compileSpec(b);
        const [before, after] = [startEngine(old), startEngine(next)];
        const found = diffTables(old, next).differences.filter((one) => one.kind === 'method');
        const named = new Set(
          [old, next].flatMap(({ methods }) => [...methods.allowed, ...methods.denied].map((m) => m.name)),
        );
        for (const method of METHODS) {
          const [was, is] = [before, after].map((engine) => engine.decideMethod(method).decision);
          const key = named.has(method) || method === 'server/discover' ? method : null;
          const change = found.find((one) => one.method === key)?.change;
          expect([method, change]).toEqual([
            method,
            was === is ? undefined : is === 'ALLOW' ? 'widened' : 'narrowed',
          ]);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('close every tool with `tools/call`', () => {
    const old = compileSpec({ allowed_tools: ['t'], mode: 'monitor' });
    const next = compileSpec({ allowed_tools: ['t'], mode: 'monitor', denied_methods: ['tools/call'] });
    const diff = diffTables(old, next, { confirm: confirmWith(old, next) });
    expect(diff.tools).toEqual([{ tool: 't', display: 't', change: 'narrowed' }]);
    expect(diff.otherTools).toBe('narrowed');
    const calls = diff.differences.filter((one) => one.kind === 'calls');
    expect(calls.map((one) => [one.tool, one.policyWide, one.certainty])).toEqual([
      [null, true, 'confirmed'],
      ['t', true, 'confirmed'],
    ]);
  });
});

describe('protected paths', () => {
  const paths = (...list: string[]) => compileSpec({ allowed_tools: ['t'], protected_paths: list });

  it.each([
    [['/etc', '~/.ssh'], ['~/.ssh/', '/etc//'], []],
    [['$HOME/.ssh', `$\{HOME}/.aws`], ['~/.ssh', '~/.aws'], []],
    [['/etc/ssh'], ['/etc'], ['/etc narrowed']],
    [['/etc'], ['/etc/ssh'], ['/etc widened']],
    [['/etc'], ['/etcetera'], ['/etc widened', '/etcetera narrowed']],
    [['/etc/../srv'], ['/etc'], ['/etc/../srv widened', '/etc narrowed']],
    [['/srv'], ['/'], ['/ narrowed']],
    // A name is protected wherever it stands, and its parent does not stand for it.
    [['config/secrets'], ['config'], ['config/secrets widened', 'config narrowed']],
    [['.env'], ['./.env'], []],
  ])('%j to %j', (before, after, expected) => {
    expect(summarize(paths(...before), paths(...after))).toEqual(expected);
  });
});

describe('rate limits', () => {
  const limit = fc.record({
    count: fc.integer({ min: 1, max: 40 }),
    periodMs: fc.constantFrom(1000, 2000, 6000),
  });

  /** The most calls that pass in the first milliseconds: a full bucket, and what is refilled. */
  const capacity = ({ count, periodMs }: TableRateLimit, time: number): number =>
    count + (count * time) / periodMs;

  it('are wider exactly where more calls pass at some time', () => {
    fc.assert(
      fc.property(limit, limit, (a, b) => {
        const times = [0, 1, 1e3, 1e9];
        const more = times.some((time) => capacity(b, time) > capacity(a, time) * (1 + 1e-12));
        const less = times.some((time) => capacity(a, time) > capacity(b, time) * (1 + 1e-12));
        const expected = more ? (less ? 'moved' : 'widened') : less ? 'narrowed' : 'unchanged';
        expect(compareRateLimits(a, b)).toBe(expected);
      }),
    );
  });

  it.each([
    [null, { count: 1, periodMs: 1 }, 'narrowed'],
    [{ count: 1, periodMs: 1 }, null, 'widened'],
    [null, null, 'unchanged'],
    [{ count: 9007199254740991, periodMs: 3 }, { count: 9007199254740990, periodMs: 2 }, 'moved'],
  ])('%j to %j: %s', (a, b, expected) => {
    expect(compareRateLimits(a, b)).toBe(expected);
  });

  it('count where calls pass in both policies', () => {
    const rule = (more: object) => compileSpec({ tool_rules: [{ tool: 't', ...more }] });
    expect(summarize(rule({ rate_limit: '1/minute' }), compileSpec({ allowed_tools: ['u'] }))).toEqual([
      'calls narrowed',
      'calls widened',
    ]);
    expect(summarize(rule({ rate_limit: '1/minute', action: 'ask' }), rule({}))).toEqual([
      'calls widened',
      'rate-limit widened',
    ]);
  });
});

describe('features and schemas', () => {
  const withHash = (hash: string | null) =>
    compileSpec({ tool_rules: [{ tool: 't', ...(hash === null ? {} : { schema_hash: hash }) }] });
  const one = `sha256:${'ab'.repeat(32)}`;
  const other = `sha256:${'cd'.repeat(32)}`;

  it('compares pinned definitions of tools', () => {
    expect(summarize(withHash(one), withHash(null))).toEqual(['schema-hash widened']);
    expect(summarize(withHash(null), withHash(one))).toEqual(['schema-hash narrowed']);
    expect(summarize(withHash(one), withHash(other))).toEqual(['schema-hash moved']);
  });

  it('compares what a policy asks for', () => {
    const on = compileSpec({ allowed_tools: ['t'], identity: { enabled: true } });
    const off = compileSpec({ allowed_tools: ['t'] });
    expect(summarize(on, off)).toEqual(['identity widened']);
    expect(summarize(off, on)).toEqual(['identity narrowed']);
  });
});

describe('settings', () => {
  const table = compileSpec({ allowed_tools: ['t'] });
  const changes = (old: PolicySettings, next: PolicySettings) =>
    diffTables(table, table, { settings: { old, next } }).differences.map((one) =>
      one.kind === 'setting' ? `${one.setting} ${one.change} ${one.from} ${one.to}` : one.kind,
    );

  it.each<[PolicySettings, PolicySettings, string[]]>([
    [{ identity: { enabled: true, token_ttl: '5m' } }, { identity: { token_ttl: '5m', enabled: true } }, []],
    [{ identity: { require_token: false } }, {}, []],
    [{ identity: { require_token: true } }, {}, ['/identity/require_token widened true null']],
    [
      { identity: { token_ttl: '5m' } },
      { identity: { token_ttl: '50m' } },
      ['/identity/token_ttl moved "5m" "50m"'],
    ],
    [
      { server: { failover_mode: 'fail_open' } },
      { server: { failover_mode: 'local_policy' } },
      ['/server/failover_mode narrowed "fail_open" "local_policy"'],
    ],
    [{ aat: { trusted_issuers: ['a', 'b'] } }, { aat: { trusted_issuers: ['b', 'a'] } }, []],
    [
      { aat: { trusted_issuers: ['a'] } },
      { aat: { trusted_issuers: ['b', 'a'] } },
      ['/aat/trusted_issuers widened ["a"] ["b","a"]'],
    ],
    [{ aat: { trusted_issuers: ['a'] } }, { aat: {} }, ['/aat/trusted_issuers widened ["a"] null']],
    [{ server: { tls: { cert: 'x' } } }, { server: { tls: {} } }, ['/server/tls/cert moved "x" null']],
  ])('%j to %j', (old, next, expected) => {
    expect(changes(old, next)).toEqual(expected);
  });
});

describe('certainty', () => {
  const rule = (path: string, more: object = {}) =>
    compileSpec({ ...more, tool_rules: [{ tool: 't', allow_args: { path } }] });

  it('tells what no engine confirms', () => {
    const shared = { protected_paths: ['/etc'] };
    const [old, next] = [rule('^/srv/', shared), rule('^/(?:srv|etc)/', shared)];
    const { change, differences } = diffTables(old, next, { confirm: confirmWith(old, next) });
    expect(change).toBe('widened');
    expect(differences).toMatchObject([{ kind: 'calls', certainty: 'unconfirmed' }]);
    expect(diffTables(old, next).differences).toMatchObject([{ certainty: 'proved' }]);
  });

  it('takes what passes the budget for wider', () => {
    const [old, next] = [rule('^[xy]*x[xy]{12}$'), rule('^[xy]*y[xy]{12}$')];
    const { change, differences, tools } = diffTables(old, next, { budget: { pairs: 5 } });
    expect(change).toBe('unknown');
    expect(tools).toMatchObject([{ tool: 't', change: 'unknown' }]);
    expect(differences).toMatchObject([
      { change: 'unknown', witness: null, why: 'more than 5 combinations of states' },
      { change: 'unknown', witness: null },
    ]);
  });

  it('ends where every question is too hard', () => {
    const hard = (letter: string) =>
      compileSpec({
        tool_rules: Array.from({ length: 60 }, (_, index) => ({
          tool: `t${index}`,
          allow_args: { x: `^[xy]*${letter}[xy]{${20 + (index % 8)}}z{${index}}$` },
        })),
      });
    const diff = diffTables(hard('x'), hard('y'), { budget: { pairs: 2_000, states: 2_000 } });
    expect(diff.tools.every(({ change }) => change !== 'unchanged')).toBe(true);
  });
});

describe('places', () => {
  it('are those of both policies', () => {
    const text = (end: string) => `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata: { name: p }
spec:
  tool_rules:
    - tool: fetch
      allow_args:
        url: '^https://x${end}'
`;
    const old = compileText(text('$'));
    const next = compileText(`# comment\n${text('')}`);
    const pointer = '/spec/tool_rules/0/allow_args/url';
    expect(diffTables(old, next).differences).toMatchObject([
      {
        focus: ['url'],
        places: {
          old: [{ pointer, range: { start: { line: 8, column: 14 } } }],
          next: [{ pointer, range: { start: { line: 9, column: 14 } } }],
        },
      },
    ]);
  });
});

describe('tables', () => {
  it('of another Unicode version, or damaged, are refused', () => {
    const table = compileSpec({ tool_rules: [{ tool: 't', allow_args: { x: 'a' } }] });
    const other = compileSpec({ tool_rules: [{ tool: 't', allow_args: { x: 'b' } }] });
    const refuse = (change: Partial<DecisionTable>, message: RegExp) => {
      const next: DecisionTable = { ...table, ...change };
      const run = () => diffTables(other, next);
      expect(run).toThrow(AnalysisError);
      expect(run).toThrow(message);
    };
    refuse({ unicode: '15.0.0' }, /compile the policy again/);
    refuse({ rows: [] }, /no row/);
    refuse({ patterns: [] }, /no pattern/);
    refuse({ patterns: [{ source: '(', program: 0 }] }, /can't be compared/);
  });

  it('whose texts are not what their programs run are found out', () => {
    const table = compileSpec({
      tool_rules: [{ tool: 't', allow_args: { x: '^a$', y: '^(?:b|c)$' } }],
      dlp: { patterns: [{ name: 'p', regex: 'a+b' }] },
    });
    expect(() => checkSources(table)).not.toThrow();
    const [first, ...rest] = table.patterns;
    if (first === undefined) throw new Error('no pattern');
    const forged = { ...table, patterns: [{ ...first, source: '^b$' }, ...rest] };
    expect(() => checkSources(forged)).toThrow(/is not what its program runs/);
    expect(() => checkSources({ ...table, programs: [] })).toThrow(AnalysisError);
  });
});
