import { type DecisionTable, TABLE_FORMAT, TABLE_KIND, toJsonObject } from '@agentpolicy/core';
import { createEngine, type EngineEnvironment, EngineError } from '@agentpolicy/engine';
import { compilePattern, parsePattern } from '@agentpolicy/regex';
import { describe, expect, it } from 'vitest';

function program(source: string, use: 'match' | 'spans' = 'match'): unknown {
  const parsed = parsePattern(source);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return compilePattern(parsed.pattern, { use });
}

const TABLE: DecisionTable = {
  kind: TABLE_KIND,
  format: TABLE_FORMAT,
  compiler: 'test',
  unicode: '16.0.0',
  policy: {
    name: 'test-policy',
    apiVersion: 'aip.io/v1alpha1',
    version: null,
    hash: '0'.repeat(64),
    mode: 'enforce',
  },
  requires: [],
  methods: {
    any: false,
    allowed: [
      { name: 'initialize', index: 0 },
      { name: 'tools/call', index: 1 },
    ],
    denied: [],
  },
  tools: [
    { name: 'danger', display: 'danger', row: 2, rule: 1, listed: 0, denied: null },
    { name: 'fetch', display: 'Fetch', row: 1, rule: 0, listed: null, denied: null },
    { name: 'read', display: 'read', row: 0, rule: null, listed: 1, denied: null },
  ],
  rows: [
    { action: 'allow', rateLimit: null, strict: false, args: [], schemaHash: null },
    { action: 'allow', rateLimit: null, strict: true, args: [{ name: 'url', pattern: 0 }], schemaHash: null },
    { action: 'block', rateLimit: null, strict: false, args: [], schemaHash: null },
  ],
  patterns: [{ source: '^https://a\\.example/', program: 0 }],
  programs: [{ use: 'match', code: program('^https://a\\.example/') }],
  protectedPaths: ['.env'],
  dlp: null,
  sourceMap: [],
};

const ENVIRONMENT: EngineEnvironment = {
  clock: () => 0,
  home: '/home/agent',
  cwd: '/workspace',
  foldCase: false,
  ownFiles: ['/workspace/policy.yaml'],
};

function decide(name: string, args: object, table = TABLE) {
  return createEngine(table, ENVIRONMENT).decideToolCall({ name, args: toJsonObject(args) });
}

describe('what an engine refuses to enforce', () => {
  it('names every feature that its caller does not handle', () => {
    const table: DecisionTable = { ...TABLE, requires: ['scan_requests', 'identity'] };
    expect(() => createEngine(table, { ...ENVIRONMENT, handles: ['identity'] })).toThrow(
      /^the policy `test-policy` asks for what would not be enforced: dlp\.scan_requests: [^;]*$/,
    );
    expect(() =>
      createEngine(table, { ...ENVIRONMENT, handles: ['identity', 'scan_requests'] }),
    ).not.toThrow();
  });

  it.each([
    ['a program of nothing', null],
    ['a program of another kind', { format: 1, engine: 'perl' }],
    ['a program for another use', program('a', 'spans')],
  ])('refuses %s', (_name, damaged) => {
    const table = {
      ...TABLE,
      programs: [{ use: 'match' as const, code: damaged }],
    };
    expect(() => createEngine(table, ENVIRONMENT)).toThrow(EngineError);
  });

  it.each([
    ['home', { home: 'home/agent' }],
    ['cwd', { cwd: '.' }],
    ['ownFiles', { ownFiles: ['policy.yaml'] }],
  ])('refuses a relative path as %s', (_name, change) => {
    expect(() => createEngine(TABLE, { ...ENVIRONMENT, ...change })).toThrow(EngineError);
  });
});

describe('what a client is told, and where the policy says so', () => {
  it.each([
    ['other', {}, -32001, 'Tool not in allowed_tools list', null],
    ['danger', {}, -32001, 'Tool is blocked by a rule', '/spec/tool_rules/1/action'],
    ['fetch', {}, -32001, 'Argument "url" is missing', '/spec/tool_rules/0/allow_args/url'],
    [
      'fetch',
      { url: 'https://b.example/' },
      -32001,
      'Argument "url" has a value that is not allowed',
      '/spec/tool_rules/0/allow_args/url',
    ],
    [
      'fetch',
      { url: 'https://a.example/', x: 1 },
      -32001,
      'Argument "x" is not allowed',
      '/spec/tool_rules/0',
    ],
    ['read', { path: 'a/.env' }, -32007, 'An argument refers to a protected path', '/spec/protected_paths/0'],
    ['read', { path: 'policy.yaml' }, -32007, 'An argument refers to a protected path', null],
  ] as const)('%s %j', (name, args, code, reason, pointer) => {
    const decision = decide(name, args);
    expect(decision).toMatchObject({ decision: 'BLOCK', violation: true, pointer, error: { code, reason } });
  });

  it('says where in the value its pattern stopped matching', () => {
    expect(decide('FETCH', { url: 'https://b.example/' }).reason).toEqual({
      kind: 'argument-mismatch',
      argument: 'url',
      pattern: '^https://a\\.example/',
      value: 'https://b.example/',
      matchedUntil: 8,
    });
  });

  it('shortens a name that a client made long', () => {
    const reason = decide('fetch', { url: 'https://a.example/', ['x'.repeat(5000)]: 1 }).error?.reason ?? '';
    expect(reason.length).toBeLessThan(150);
  });
});

describe('methods', () => {
  const engine = createEngine(TABLE, ENVIRONMENT);

  it.each([
    ['tools/call', 'ALLOW', '/spec/allowed_methods/1', true],
    ['ＴＯＯＬＳ/call ', 'ALLOW', '/spec/allowed_methods/1', true],
    ['server/discover', 'ALLOW', '/spec/allowed_methods/0', false],
    ['tools/list', 'BLOCK', null, false],
  ] as const)('%s', (method, decision, pointer, isToolCall) => {
    expect(engine.decideMethod(method)).toMatchObject({ decision, pointer, isToolCall });
  });
});

describe('what could be allowed', () => {
  const rows: DecisionTable['rows'] = (['allow', 'ask', 'block', 'deny'] as const).map((action) => ({
    action,
    rateLimit: null,
    strict: true,
    args: [{ name: 'url', pattern: 0 }],
    schemaHash: null,
  }));
  const never = { action: 'allow', rateLimit: { count: 0, periodMs: 1 }, strict: false, args: [] } as const;
  const table = (mode: 'enforce' | 'monitor'): DecisionTable => ({
    ...TABLE,
    policy: { ...TABLE.policy, mode },
    rows: [...rows, { ...never, schemaHash: null }],
    tools: ['allowed', 'asked', 'blocked', 'denied', 'spent'].map((name, row) => ({
      name,
      display: name,
      row,
      rule: row,
      listed: null,
      denied: null,
    })),
  });

  it.each([
    ['allowed', true],
    ['ALLOWED', true],
    ['\uff41llowed ', true],
    ['asked', true],
    ['blocked', false],
    ['denied', false],
    ['spent', false],
    ['unknown', false],
  ])('%s: %s', (name, expected) => {
    expect(createEngine(table('enforce'), ENVIRONMENT).couldAllow(name)).toBe(expected);
    expect(createEngine(table('monitor'), ENVIRONMENT).couldAllow(name)).toBe(expected);
  });
});

describe('an engine that continues another', () => {
  const limited = (count: number): DecisionTable => ({
    ...TABLE,
    rows: TABLE.rows.map((row) => ({ ...row, rateLimit: { count, periodMs: 60_000 } })),
  });
  const call = { name: 'read', args: toJsonObject({}) };

  it.each([
    ['keeps the level of a limit that stays', 2, 'RATE_LIMITED'],
    ['starts a limit that changed', 3, 'ALLOW'],
  ])('%s', (_name, count, expected) => {
    const first = createEngine(limited(2), ENVIRONMENT);
    first.decideToolCall(call);
    first.decideToolCall(call);
    const second = createEngine(limited(count), { ...ENVIRONMENT, continues: first });
    expect(second.decideToolCall(call).decision).toBe(expected);
  });
});

describe('which patterns look at requests', () => {
  const dlp = (scanRequests: boolean, scope: 'all' | 'request' | 'response'): DecisionTable => ({
    ...TABLE,
    patterns: [{ source: 'key', program: 0 }],
    programs: [{ use: 'spans', code: program('key', 'spans') }],
    tools: [],
    rows: [],
    dlp: {
      scanRequests,
      scanResponses: true,
      detectEncoding: false,
      filterStderr: false,
      maxScanSize: null,
      onRequestMatch: 'block',
      onRedactionFailure: 'block',
      logOriginalOnFailure: false,
      patterns: [{ name: 'k', pattern: 0, scope }],
    },
  });

  it.each([
    [true, 'all', true],
    [true, 'request', true],
    [true, 'response', false],
    [false, 'request', false],
  ] as const)('scan_requests %s, scope %s: %s', (scanRequests, scope, expected) => {
    expect(createEngine(dlp(scanRequests, scope), ENVIRONMENT).requests !== null).toBe(expected);
  });
});

describe('a limit of what is scanned', () => {
  const dlp: DecisionTable = {
    ...TABLE,
    patterns: [{ source: 'sk-[0-9]{8}', program: 0 }],
    programs: [{ use: 'spans', code: program('sk-[0-9]{8}', 'spans') }],
    rows: [{ action: 'allow', rateLimit: null, strict: false, args: [], schemaHash: null }],
    tools: [],
    dlp: {
      scanRequests: true,
      scanResponses: true,
      detectEncoding: false,
      filterStderr: false,
      maxScanSize: 16,
      onRequestMatch: 'block',
      onRedactionFailure: 'block',
      logOriginalOnFailure: false,
      patterns: [{ name: 'key', pattern: 0, scope: 'all' }],
    },
  };
  const text = `${'x'.repeat(100)} sk-12345678`;

  it.each(['requests', 'responses'] as const)('holds for %s', (which) => {
    const scan = createEngine(dlp, ENVIRONMENT)[which]?.scanText(text);
    expect(scan).toEqual({ text, events: [], truncated: true });
  });

  it('does not hold for what is written to a log', () => {
    expect(createEngine(dlp, ENVIRONMENT).logs?.scanText(text)).toEqual({
      text: `${'x'.repeat(100)} [REDACTED:key]`,
      events: [{ rule: 'key', count: 1 }],
      truncated: false,
    });
  });
});

describe('what took the place of `initialize`', () => {
  const gate = (allowed: readonly string[], denied: readonly string[]) =>
    createEngine(
      {
        ...TABLE,
        methods: {
          any: allowed.includes('*'),
          allowed: allowed.toSorted().map((name, index) => ({ name, index })),
          denied: denied.map((name, index) => ({ name, index })),
        },
      },
      ENVIRONMENT,
    ).decideMethod('server/discover').decision;

  it.each([
    ['is allowed with it', ['initialize'], [], 'ALLOW'],
    ['is denied with it', ['initialize'], ['initialize'], 'BLOCK'],
    ['is denied with it, also where all is allowed', ['*'], ['initialize'], 'BLOCK'],
    ['is allowed where the policy names it', ['server/discover'], ['initialize'], 'ALLOW'],
    ['is denied where the policy names it', ['*'], ['server/discover'], 'BLOCK'],
  ] as const)('%s', (_name, allowed, denied, expected) => {
    expect(gate(allowed, denied)).toBe(expected);
  });
});

describe('an argument that grows when it is written', () => {
  it('is refused instead of filling the memory', () => {
    const url = JSON.parse(`[${'1e308,'.repeat(100_000)}1]`);
    expect(decide('fetch', { url })).toMatchObject({ decision: 'BLOCK', error: { code: -32001 } });
  });
});
