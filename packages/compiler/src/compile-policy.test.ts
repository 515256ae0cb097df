import { type DecisionTable, loadTable, serializeTable } from '@agentpolicy/core';
import { parsePolicy } from '@agentpolicy/spec';
import { describe, expect, it } from 'vitest';
import { compilePolicy } from './compile-policy.ts';

function policy(spec: string, version = 'v1alpha1'): string {
  return `apiVersion: aip.io/${version}\nkind: AgentPolicy\nmetadata:\n  name: test-policy\nspec:\n${spec}`;
}

function compile(text: string): DecisionTable {
  const parsed = parsePolicy(text, 'policy.yaml');
  if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join('; '));
  const compiled = compilePolicy(parsed.document);
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(({ message }) => message).join('; '));
  return compiled.table;
}

function findings(text: string): string[] {
  const parsed = parsePolicy(text, 'policy.yaml');
  const result = parsed.ok ? compilePolicy(parsed.document) : parsed;
  if (result.ok) return [];
  return result.diagnostics.map(
    ({ code, location: { range } }) =>
      `${range.start.line}:${range.start.column}-${range.end.line}:${range.end.column} ${code}`,
  );
}

describe('tools and rows', () => {
  it('lets tools with the same rules share a row', () => {
    const { tools, rows } = compile(
      policy('  allowed_tools: [read_file, list_files]\n  tool_rules: [{tool: stat}]\n'),
    );
    expect(tools.map(({ name, row }) => [name, row])).toEqual([
      ['list_files', 0],
      ['read_file', 0],
      ['stat', 0],
    ]);
    expect(rows).toHaveLength(1);
  });

  it('joins what every list says of one tool, however it is spelled', () => {
    const { tools, rows } = compile(
      policy(
        '  allowed_tools: [a, READ_FILE]\n  denied_tools: [read_file]\n  tool_rules: [{tool: Read_File, action: ask}]\n',
      ),
    );
    expect(tools[1]).toEqual({
      name: 'read_file',
      display: 'Read_File',
      row: 1,
      rule: 0,
      listed: 1,
      denied: 0,
    });
    expect(rows[1]?.action).toBe('deny');
  });

  it('keeps the order of arguments, also where keys look like numbers', () => {
    const { rows } = compile(
      policy("  tool_rules:\n    - tool: t\n      allow_args: {b: '^b$', '10': '^c$', '2': '^d$'}\n"),
    );
    expect(rows[0]?.args.map(({ name }) => name)).toEqual(['b', '10', '2']);
  });

  it('compiles an equal pattern once for each use', () => {
    const table = compile(
      policy(
        "  tool_rules:\n    - {tool: a, allow_args: {x: '^k$', y: '^k$'}}\n    - {tool: b, allow_args: {z: '^k$'}}\n  dlp: {patterns: [{name: n, regex: '^k$'}]}\n",
      ),
    );
    expect(table.patterns.map(({ source, program }) => [source, table.programs[program]?.use])).toEqual([
      ['^k$', 'match'],
      ['^k$', 'spans'],
    ]);
  });

  it('lets patterns that mean the same share a program', () => {
    const { patterns, programs } = compile(
      policy(
        "  tool_rules:\n    - {tool: a, allow_args: {x: '^(GET|POST)$', y: '^(?:POST|GET)$', z: '^GET$'}}\n",
      ),
    );
    expect(patterns.map(({ program }) => program)).toEqual([0, 0, 1]);
    expect(programs).toHaveLength(2);
  });

  it('applies strict_args_default where a rule says nothing, and to tools that are only listed', () => {
    const { tools, rows } = compile(
      policy(
        '  strict_args_default: true\n  allowed_tools: [a]\n  tool_rules: [{tool: b}, {tool: c, strict_args: false}]\n',
      ),
    );
    expect(tools.map(({ name, row }) => [name, rows[row]?.strict])).toEqual([
      ['a', true],
      ['b', true],
      ['c', false],
    ]);
  });
});

describe('methods', () => {
  it("takes the specification's list where the policy has none, or an empty one", () => {
    const absent = compile(policy('  allowed_tools: []\n')).methods;
    expect(compile(policy('  allowed_methods: []\n')).methods).toEqual(absent);
    expect(absent.allowed.every(({ index }) => index === null)).toBe(true);
    expect(absent.allowed.map(({ name }) => name)).toContain('tools/call');
  });

  it('normalizes, sorts and keeps the first of equal names', () => {
    const { methods } = compile(policy("  allowed_methods: [tools/list, Tools/Call, tools/call, '*']\n"));
    expect(methods).toEqual({
      any: true,
      allowed: [
        { name: '*', index: 3 },
        { name: 'tools/call', index: 1 },
        { name: 'tools/list', index: 0 },
      ],
      denied: [],
    });
  });
});

describe('what a table requires', () => {
  it.each([
    ['identity', 'v1alpha2', '  identity: {enabled: true}\n', ['identity']],
    ['identity that is off', 'v1alpha2', '  identity: {enabled: false}\n', []],
    ['server', 'v1alpha2', '  server: {enabled: true}\n', ['server']],
    [
      'scan_requests',
      'v1alpha2',
      "  dlp: {scan_requests: true, patterns: [{name: n, regex: 'x'}]}\n",
      ['scan_requests'],
    ],
    [
      'DLP that is off',
      'v1alpha2',
      "  dlp: {enabled: false, scan_requests: true, patterns: [{name: n, regex: 'x'}]}\n",
      [],
    ],
    [
      'schema_hash',
      'v1alpha2',
      `  tool_rules: [{tool: t, schema_hash: "sha256:${'0'.repeat(64)}"}]\n`,
      ['schema_hash'],
    ],
    ['aat', 'v1alpha3', '  aat: {require: true}\n', ['aat']],
    [
      'registry',
      'v1alpha3',
      '  registry: {enabled: true, endpoint: "https://registry.example"}\n',
      ['registry'],
    ],
  ] as const)('%s', (_name, version, spec, expected) => {
    expect(compile(policy(spec, version)).requires).toEqual(expected);
  });

  it('signature', () => {
    const signed = policy('  mode: enforce\n', 'v1alpha2').replace(
      'name: test-policy',
      `name: test-policy\n  signature: "ed25519:${'A'.repeat(86)}=="`,
    );
    expect(compile(signed).requires).toEqual(['signature']);
  });
});

describe('the artifact', () => {
  const text = policy(
    "  tool_rules:\n    - {tool: fetch, rate_limit: 5/second, allow_args: {url: '^https://a\\.example/'}}\n",
  );

  it('is the same for the same text, and loads to what was compiled', () => {
    const file = serializeTable(compile(text));
    expect(serializeTable(compile(text))).toBe(file);
    expect(loadTable(file)).toEqual(compile(text));
  });

  it('differs in nothing but places where only comments, quoting and order of keys differ', () => {
    const other = policy(
      '  # a comment\n  tool_rules:\n    - allow_args:\n        url: "^https://a\\\\.example/"\n      rate_limit: "5/second"\n      tool: fetch\n',
    );
    expect({ ...compile(other), sourceMap: [] }).toEqual({ ...compile(text), sourceMap: [] });
  });

  it('knows where each entry stands', () => {
    expect(compile(text).sourceMap).toEqual([
      ['/spec/tool_rules/0', 7, 7, 7, expect.any(Number)],
      ['/spec/tool_rules/0/allow_args/url', 7, 61, 7, 83],
      ['/spec/tool_rules/0/rate_limit', 7, 33, 7, 41],
    ]);
  });
});

describe('patterns that can not be compiled', () => {
  it('are findings that point into the pattern, all of them', () => {
    const text = policy(
      "  tool_rules:\n    - tool: a\n      allow_args:\n        x: '^(?!no)yes$'\n        y: '(a)\\1'\n    - tool: b\n      allow_args:\n        x: '^(?!no)yes$'\n",
    );
    expect(findings(text)).toEqual([
      '9:14-9:17 invalid-pattern',
      '10:16-10:18 invalid-pattern',
      '13:14-13:17 invalid-pattern',
    ]);
  });
});

describe('names of which nothing is left', () => {
  it('are errors at their places', () => {
    const text = policy(
      '  allowed_tools: ["\\u200b", fine]\n  denied_methods: [" "]\n  tool_rules:\n    - tool: "\\ufeff"\n',
    );
    expect(findings(text)).toEqual(['6:19-6:27 empty-name', '7:20-7:23 empty-name', '9:13-9:21 empty-name']);
  });
});
