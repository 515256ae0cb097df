import { toJsonObject } from '@agentpolicy/core';
import { describe, expect, it } from 'vitest';
import {
  AnalysisError,
  areEqual,
  areEquivalent,
  checkAgainst,
  isSameLanguage,
  sampleCalls,
  whoCan,
} from '../src/index.ts';
import { compileSpec, decide, startEngine } from './tables.ts';

const readRule = (path: string, more: object = {}) => ({
  tool_rules: [{ tool: 'read_file', allow_args: { path }, ...more }],
});

describe('areEqual', () => {
  it('looks at what is meant, not at how it is written', () => {
    const a = compileSpec({ allowed_tools: ['Read_File', 'list'], ...readRule('^/srv/(a|b)$') });
    const b = compileSpec({ ...readRule('^/srv/[ab]$'), allowed_tools: ['list', 'LIST'] });
    expect(areEqual(a, b).answer).toBe('yes');
    expect(areEqual(a, compileSpec(readRule('^/srv/[ab]$'))).answer).toBe('no');
  });

  it('says when it does not know', () => {
    const a = compileSpec(readRule('^[xy]*x[xy]{12}$'));
    const b = compileSpec(readRule('^[xy]*x[xy]{6}[xy]{6}$|^$^x'));
    const equality = areEqual(a, b, { budget: { pairs: 3 } });
    expect(equality.answer).toBe('unknown');
    expect(equality.diff.change).toBe('unknown');
    expect(areEqual(a, b).answer).toBe('yes');
  });
});

describe('checkAgainst', () => {
  const guardrails = compileSpec({
    protected_paths: ['~/.ssh'],
    tool_rules: [
      { tool: 'read_file', allow_args: { path: '^/srv/' }, rate_limit: '60/minute' },
      { tool: 'write_file', action: 'ask' },
    ],
  });

  it('lets a narrower policy pass', () => {
    const policy = compileSpec({
      protected_paths: ['~/.ssh', '~/.aws'],
      ...readRule('^/srv/app/[a-z]+$', { rate_limit: '10/minute' }),
    });
    expect(checkAgainst(policy, guardrails)).toEqual({ within: true, excesses: [] });
  });

  it('shows each excess', () => {
    const policy = compileSpec({
      tool_rules: [
        { tool: 'read_file', allow_args: { path: '/srv/' } },
        { tool: 'write_file', action: 'allow' },
      ],
    });
    const { within, excesses } = checkAgainst(policy, guardrails);
    expect(within).toBe(false);
    expect(excesses.map((one) => [one.kind, one.change])).toEqual([
      ['protected-path', 'widened'],
      ['calls', 'widened'],
      ['rate-limit', 'widened'],
      ['calls', 'widened'],
    ]);
    expect(excesses[1]).toMatchObject({
      tool: 'read_file',
      from: 'block',
      to: 'allow',
      witness: { tool: 'read_file', arguments: { path: 'a/srv/' } },
    });
    expect(excesses[3]).toMatchObject({ tool: 'write_file', from: 'ask', to: 'allow' });
  });
});

describe('whoCan', () => {
  const open = compileSpec(readRule('^/'));
  const asked = compileSpec(readRule('^/srv/', { action: 'ask' }));
  const silent = compileSpec({ allowed_tools: ['list'] });
  const watched = compileSpec({ mode: 'monitor', ...readRule('^/srv/') });

  it('tells the most open decision of each policy on the calls asked about', () => {
    const decisions = (value: string) =>
      whoCan([open, asked, silent, watched], 'READ_FILE', [{ name: 'path', value }]).map(
        ({ decision }) => decision,
      );
    expect(decisions('/srv/x')).toEqual(['allow', 'ask', 'block', 'allow']);
    expect(decisions('/etc/x')).toEqual(['allow', 'block', 'block', 'allow']);
    expect(decisions('x')).toEqual(['block', 'block', 'block', 'allow']);
  });

  it('gives a call and the place that decides', () => {
    const [found] = whoCan([open], 'read_file', [{ name: 'path', pattern: 'passwd$' }]);
    expect(found).toMatchObject({
      decision: 'allow',
      example: { tool: 'read_file', arguments: { path: '/passwd' } },
      places: [{ pointer: '/spec/tool_rules/0' }],
    });
  });

  it('refuses a question that is none', () => {
    const twice = [
      { name: 'a', value: 'x' },
      { name: 'a', value: 'y' },
    ];
    expect(() => whoCan([open], 'read_file', twice)).toThrow(AnalysisError);
    expect(() => whoCan([open], 'read_file', [{ name: 'a', pattern: '(' }])).toThrow(/can't be compared/);
  });

  it('knows that a contradiction has no calls', () => {
    expect(whoCan([open], 'read_file', [{ name: 'path', pattern: 'a$b' }])).toMatchObject([
      { decision: 'block', example: null, why: 'no call has such arguments' },
    ]);
  });
});

describe('sampleCalls', () => {
  const table = compileSpec({
    tool_rules: [
      {
        tool: 'fetch',
        strict_args: true,
        action: 'ask',
        allow_args: { url: '^https://example\\.com/[a-z]*$', verb: '^(GET|HEAD)$' },
      },
      { tool: 'never', allow_args: { x: 'a$b' } },
    ],
  });

  it('gives calls that the engine decides as claimed, each once', () => {
    const samples = sampleCalls(table, 'fetch', 5);
    const engine = startEngine(table);
    expect(samples.decision).toBe('ask');
    expect(new Set(samples.passing.map((call) => JSON.stringify(call))).size).toBe(5);
    expect(samples.nearMisses.map(({ argument, problem }) => [argument, problem])).toEqual([
      ['url', 'mismatch'],
      ['verb', 'mismatch'],
      ['url', 'missing'],
      ['verb', 'missing'],
      ['extra', 'undeclared'],
    ]);
    for (const call of samples.passing)
      expect(decide(engine, call.tool, toJsonObject(call.arguments))).toBe('ask');
    for (const { call, decision } of samples.nearMisses) {
      expect(decision).toBe('block');
      expect(decide(engine, call.tool, toJsonObject(call.arguments))).toBe('block');
    }
    expect(sampleCalls(table, 'fetch', 5)).toEqual(samples);
  });

  it('says why there are none', () => {
    expect(sampleCalls(table, 'never', 2)).toEqual({
      decision: 'allow',
      passing: [],
      nearMisses: [],
      why: 'the pattern of `x` matches no text',
    });
    expect(sampleCalls(table, 'other', 2)).toMatchObject({ decision: 'block', nearMisses: [] });
    expect(() => sampleCalls(table, 'fetch', 0)).toThrow(AnalysisError);
  });
});

describe('areEquivalent', () => {
  const rowOf = (rule: object) => {
    const { rows, patterns } = compileSpec({ tool_rules: [{ tool: 't', ...rule }] });
    const [row] = rows;
    if (row === undefined) throw new Error('no row');
    return { row, patterns };
  };

  it.each([
    [{ allow_args: { x: '^[ab]$' } }, { allow_args: { x: '^(a|b)$' } }, 'yes'],
    [{ allow_args: { x: '^a$', y: 'b' } }, { allow_args: { y: 'b', x: '^a$' } }, 'yes'],
    [{ allow_args: { x: '^a$' } }, { allow_args: { x: '^a' } }, 'no'],
    [{ allow_args: { x: 'a' } }, { allow_args: { x: 'a' }, strict_args: true }, 'no'],
    [{ allow_args: { x: 'a' } }, { allow_args: { x: 'a' }, action: 'ask' }, 'no'],
    [{ rate_limit: '60/minute' }, { rate_limit: '1/second' }, 'no'],
    [{ allow_args: { x: 'a$b' } }, { action: 'block' }, 'yes'],
    [{ allow_args: { x: 'a$b' }, action: 'ask' }, { allow_args: { y: 'a$b' } }, 'yes'],
    [{ allow_args: { x: '' } }, {}, 'no'],
    [{ action: 'block' }, {}, 'no'],
  ])('%j and %j: %s', (a, b, expected) => {
    expect(areEquivalent(rowOf(a), rowOf(b))).toBe(expected);
    expect(areEquivalent(rowOf(b), rowOf(a))).toBe(expected);
  });
});

describe('isSameLanguage', () => {
  it.each([
    ['^(?:a|b)*$', '^[ab]*$', { answer: 'yes' }],
    ['^a?$', '^a$', { answer: 'no', example: '' }],
    ['^a$', '^a?$', { answer: 'no', example: '' }],
  ])('%s and %s', (a, b, expected) => {
    expect(isSameLanguage(a, b)).toEqual(expected);
  });

  it('gives no example that no text can be', () => {
    // Texts hold no lone surrogates: nothing but such a character would tell these apart.
    const { answer } = isSameLanguage('^[a\\x{D800}]$', '^a$');
    expect(answer).not.toBe('no');
  });
});
