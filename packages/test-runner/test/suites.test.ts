import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  formatTestReport,
  type MutationReport,
  runConformance,
  runMutations,
  runTests,
  scoreMutations,
  type TestReport,
  TestRunnerError,
} from '../src/index.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aip-suites-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const POLICY = `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata: { name: suites }
spec:
  allowed_tools: [list]
  tool_rules:
    - tool: read
      allow_args:
        path: ^/tmp/[a-z]+$
    - tool: strict
      strict_args: true
  dlp:
    patterns: [{ name: Key, regex: 'key-[0-9]+' }]
`;

const call = (id: number, tool: string, args = '{}') =>
  `{"session_id":"s","direction":"c2s","raw":{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"${tool}","arguments":${args}}}}`;
const answer = (id: number, text: string) =>
  `{"session_id":"s","direction":"s2c","raw":{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"text","text":"${text}"}]}}}`;

const TRACE = [
  call(1, 'list'),
  answer(1, 'key-1'),
  call(2, 'read', '{"path":"/tmp/a"}'),
  answer(2, 'harmless'),
  call(3, 'read', '{"path":"/tmp/a.txt"}'),
  call(4, 'other'),
  call(5, 'strict', '{"x":1}'),
];

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** Runs a suite with these lines over the trace above. */
function run(suite: string, trace: readonly string[] = TRACE): TestReport {
  write({
    'policy.yaml': POLICY,
    'trace.jsonl': trace.join('\n'),
    's.aip-test.yaml': `policy: policy.yaml\ntraces: [trace.jsonl]\n${suite}`,
  });
  return runTests([folder]);
}

/** The report with the temporary folder left out. */
function textOf(report: TestReport): string {
  return formatTestReport(report).replaceAll(`${folder}/`, '');
}

function problemsOf(report: TestReport): string[] {
  return report.suites.flatMap(({ problems }) =>
    problems.map(({ place, code }) => `${place.line}:${place.column ?? ''} ${code}`),
  );
}

describe('a suite', () => {
  it.each([
    ['a decision', '{tool: list}', 'allow'],
    [
      'a blocked call',
      '{tool: other}',
      '{decision: block, error_code: -32001, rule: null, reason: not-listed}',
    ],
    ['an argument', '{id: 3}', '{decision: block, argument: path, rule: /spec/tool_rules/0}'],
    ['no error', '{id: 1}', '{error_code: null, violation: false}'],
    ['what is redacted', '{tool: list}', '{redacted: [Key]}'],
    ['that nothing is redacted', '{id: 2}', '{redacted: []}'],
    ['a tool in another spelling', '{tool: LIST}', 'allow'],
    ['a method', '{method: tools/call, line: 1}', 'allow'],
    ['an exact argument', '{args: {path: /tmp/a}}', 'allow'],
    ['the start of an argument', '{args: {path: {starts_with: /tmp/a.}}}', 'block'],
    ['the end of an argument', '{args: {path: {ends_with: .txt}}}', 'block'],
    ['a part of an argument', '{args: {path: {contains: a.t}}}', 'block'],
    ['a pattern of an argument', '{args: {path: {matches: "^/tmp/[a-z]+\\\\.txt$"}}}', 'block'],
    ['the absence of an argument', '{tool: list, args: {path: {absent: true}}}', 'allow'],
    ['a number', '{args: {x: 1.0}}', 'block'],
    ['a session', '{session: s, tool: list}', 'allow'],
    ['a trace', '{trace: trace.jsonl, tool: list}', 'allow'],
  ])('compares %s', (_, match, expected) => {
    const report = run(`cases:\n  - {match: ${match}, expect: ${expected}}\n`);
    expect(textOf(report)).toContain('1 passed, 0 failed');
    expect(report.outcome).toBe('passed');
  });

  it.each([
    ['another decision', '{tool: list}', 'block'],
    ['another code', '{tool: other}', '{error_code: -32002}'],
    ['another rule', '{id: 3}', '{rule: /spec/tool_rules/1}'],
    ['another argument', '{id: 3}', '{argument: other}'],
    ['a redaction that did not happen', '{id: 2}', '{redacted: [Key]}'],
    ['a redaction that nobody expected', '{tool: list}', '{redacted: []}'],
    ['a redaction without an answer', '{tool: other}', '{redacted: []}'],
    ['a call that is not there', '{tool: nobody}', 'allow'],
    ['an argument that is not there', '{tool: list, args: {a: 1}}', 'allow'],
    ['another number of calls', '{tool: read}', '{reason: permitted}'],
  ])('fails for %s', (_, match, expected) => {
    const report = run(`cases:\n  - {match: ${match}, expect: ${expected}}\n`);
    expect(report.outcome).toBe('failed');
  });

  it('counts calls', () => {
    const report = run('cases:\n  - {match: {tool: list}, expect: allow, count: 2}\n');
    expect(textOf(report)).toContain('FAIL  case on line 4 (expected 2 matching calls, found 1)');
  });

  it('judges what no case names by its default', () => {
    const cases = 'cases:\n  - {match: {tool: list}, expect: allow}\n  - {match: {id: 2}, expect: allow}\n';
    expect(run(`default: block\n${cases}`).outcome).toBe('passed');
    expect(run(`default: allow\n${cases}`).outcome).toBe('failed');
  });

  it('holds its default against broken calls too', () => {
    const broken = call(9, 'list').replace('"id":9', '"id":9,"id":9');
    expect(run('default: allow\n', [call(1, 'list'), broken]).outcome).toBe('failed');
    expect(run('default: allow\n', [call(1, 'list'), call(2, 'list', '[]')]).outcome).toBe('failed');
  });

  it('shows what failed, why, and where', () => {
    const report = run('cases:\n  - {name: all reads, match: {tool: read}, expect: allow}\n');
    expect(textOf(report)).toBe(`s.aip-test.yaml (policy policy.yaml)
  FAIL  all reads (1 of 2 calls)
        s.aip-test.yaml:4:5
        trace.jsonl:5: "read" {"path":"/tmp/a.txt"}, id 3, session s
          decision: expected allow, got block
          because: argument-mismatch
          decided by: policy.yaml:9:15 (/spec/tool_rules/0/allow_args/path)
          argument "path" does not match ^/tmp/[a-z]+$
            "/tmp/a.txt"
                   ^ no match is possible from here
1 suite, 0 passed, 1 failed, 5 tool calls replayed
`);
  });

  it('shows nothing of a trace that could move a cursor', () => {
    const args = JSON.stringify({ path: '\u001b[2J\u202e\u009b/tmp/a' });
    const trace = [call(1, 'read', args.replaceAll('\u202e', '\\u202e'))];
    const text = textOf(run('default: allow\n', trace));
    expect(text).toContain('"\\u001b[2J\\u202e\\u009b/tmp/a"');
    expect(text).not.toMatch(/[\u001b\u009b\u202e]/);
  });
});

describe('mistakes in a suite', () => {
  // The mark stands where the problem must be found.
  it.each([
    ['unknown-key', 'default: allow\n§x: 1\n'],
    ['unknown-key', 'cases:\n  - {match: {tool: a}, expect: allow, §x: 1}\n'],
    ['unknown-key', 'cases:\n  - {match: {§tol: a}, expect: allow}\n'],
    ['unknown-key', 'cases:\n  - {match: {tool: a}, expect: {§decison: allow}}\n'],
    ['unknown-key', 'cases:\n  - {match: {args: {a: {§like: x}}}, expect: allow}\n'],
    ['wrong-type', 'default: §allowed\n'],
    ['wrong-type', 'cases:\n  - {match: {tool: a}, expect: allow, count: §-1}\n'],
    ['nothing-to-check', 'default: §{}\n'],
    ['nothing-to-check', 'cases:\n  - {match: §{}, expect: allow}\n'],
    ['duplicate-key', 'default: allow\n§traces: [trace.jsonl]\n'],
  ])('%s in %j', (code, marked) => {
    const lines = marked.slice(0, marked.indexOf('§')).split('\n');
    const report = run(marked.replace('§', ''));
    expect(problemsOf(report)).toEqual([`${lines.length + 2}:${(lines.at(-1) ?? '').length + 1} ${code}`]);
    expect(report.outcome).toBe('failed');
  });

  it.each([
    ['no policy', 'traces: []\n', '1:1 missing-key'],
    ['no traces', 'policy: p.yaml\n', '1:1 missing-key'],
    ['a policy that is not there', 'policy: gone.yaml\ntraces: []\n', '1:9 no-policy'],
    [
      'a trace that is not there',
      'policy: policy.yaml\ntraces: [gone.jsonl]\ndefault: allow\n',
      '2:10 no-trace',
    ],
    ['a folder without traces', 'policy: policy.yaml\ntraces: [empty]\ndefault: allow\n', '2:10 no-trace'],
  ])('%s', (_, suite, problem) => {
    write({ 'policy.yaml': POLICY, 'empty/readme.txt': '', 's.aip-test.yaml': suite });
    const report = runTests([join(folder, 's.aip-test.yaml')]);
    expect(problemsOf(report)).toEqual([problem]);
    expect(report.outcome).toBe('failed');
  });

  it('a policy with a mistake is shown at the mistake', () => {
    write({
      'policy.yaml': POLICY.replace('^/tmp/[a-z]+$', '^(?!x)'),
      'trace.jsonl': call(1, 'list'),
      's.aip-test.yaml': 'policy: policy.yaml\ntraces: [trace.jsonl]\ndefault: allow\n',
    });
    expect(textOf(runTests([folder]))).toContain('policy.yaml:9:16: invalid-pattern');
  });

  it('a policy that asks for what nothing enforces is refused', () => {
    write({
      'policy.yaml':
        'apiVersion: aip.io/v1alpha2\nkind: AgentPolicy\nmetadata: {name: x}\nspec: {identity: {enabled: true}}\n',
      'trace.jsonl': call(1, 'list'),
      's.aip-test.yaml': 'policy: policy.yaml\ntraces: [trace.jsonl]\ndefault: allow\n',
    });
    expect(problemsOf(runTests([folder]))).toEqual(['1:9 unsupported-feature']);
  });

  it('a torn line of a trace fails the suite, and says where', () => {
    const report = run('default: {violation: false}\n', [call(1, 'list'), call(2, 'list').slice(0, 50)]);
    expect(report.outcome).toBe('failed');
    expect(textOf(report)).toContain('trace.jsonl:2: malformed-line');
  });
});

describe('nothing to check is no success', () => {
  it('a folder without suites', () => {
    expect(runTests([folder])).toEqual({
      outcome: 'nothing',
      suites: [],
      notRun: [],
      shard: null,
      coverage: [],
    });
    expect(textOf(runTests([folder]))).toContain('nothing to check');
  });

  it('a suite that expects nothing', () => {
    expect(run('').outcome).toBe('nothing');
  });

  it('a default that no call came to', () => {
    expect(run('default: allow\n', [answer(1, 'x')]).outcome).toBe('nothing');
  });

  it('a trace without messages, whatever it is held against', () => {
    expect(run('cases:\n  - {match: {tool: list}, expect: allow, count: 0}\n', []).outcome).toBe('nothing');
  });

  it('a folder without vectors', () => {
    expect(runConformance([folder]).outcome).toBe('nothing');
  });
});

describe('traces alone', () => {
  it('say themselves what is expected', () => {
    const options = { policy: 'fixtures/traces/everything.policy.yaml' };
    expect(formatTestReport(runTests(['fixtures/traces/inline.jsonl'], options))).toContain(
      '6 passed, 0 failed',
    );
  });

  it.each([
    ['a decision that is not so', '"block"', 'failed'],
    ['a decision that is so', '"allow"', 'passed'],
    ['an unknown key', '{"decison":"allow"}', 'failed'],
    ['an unknown decision', '"maybe"', 'failed'],
    ['a redaction on the wrong line', '{"redacted":[]}', 'failed'],
  ])('%s', (_, expected, outcome) => {
    write({
      'policy.yaml': POLICY,
      't.jsonl': call(1, 'list').replace('"raw"', `"expect":${expected},"raw"`),
    });
    const report = runTests([join(folder, 't.jsonl')], { policy: join(folder, 'policy.yaml') });
    expect(report.outcome).toBe(outcome);
  });

  it('without any expectation there is nothing to check', () => {
    write({ 'policy.yaml': POLICY, 't.jsonl': TRACE.join('\n') });
    expect(runTests([join(folder, 't.jsonl')], { policy: join(folder, 'policy.yaml') }).outcome).toBe(
      'nothing',
    );
  });
});

describe('what a caller does wrong is thrown', () => {
  it.each([
    ['a path that is not there', 'gone', 'not-found'],
    ['a trace without a policy', 't.jsonl', 'not-a-suite'],
    ['a file that is no suite', 'policy.yaml', 'not-a-suite'],
  ])('%s', (_, name, code) => {
    write({ 'policy.yaml': POLICY, 't.jsonl': '' });
    const attempt = () => runTests([join(folder, name)]);
    expect(attempt).toThrow(TestRunnerError);
    expect(attempt).toThrow(expect.objectContaining({ code }));
  });
});

describe('the suites beside the recorded sessions', () => {
  it('all pass', () => {
    const report = runTests(['fixtures/traces']);
    expect(formatTestReport(report)).toContain('4 suites, 25 passed, 0 failed, 57 tool calls replayed');
    expect(report.outcome).toBe('passed');
  });

  it('notice every mistake in their policies', () => {
    const report = runMutations(['fixtures/traces']);
    expect(listSurvivors(report)).toEqual([]);
    expect(scoreMutations(report)).toEqual({ killed: 30, total: 30 });
  });
});

function listSurvivors({ policies }: MutationReport): readonly string[] {
  return policies.flatMap(({ policy, mutants }) =>
    mutants
      .filter(({ status }) => status === 'survived')
      .map(({ operator, pointer, advice }) => `${policy} ${pointer} ${operator}: ${advice}`),
  );
}

describe.skipIf(!existsSync('../shared/traces'))('the suites of the shared sessions', () => {
  it('all pass', () => {
    const report = runTests(['fixtures/shared-traces']);
    expect(formatTestReport(report)).not.toMatch(/FAIL|problem/);
    expect(report.outcome).toBe('passed');
  });

  it('leave no session out', () => {
    const report = runTests(['fixtures/shared-traces']);
    const replayed = new Set(
      report.suites.flatMap(({ traces }) =>
        traces.filter(({ messages }) => messages > 0).map(({ file }) => basename(file)),
      ),
    );
    const sessions = readdirSync('../shared/traces').filter((name) => name.endsWith('.jsonl'));
    expect(sessions.filter((name) => !replayed.has(name))).toEqual([]);
  });

  it('notice every mistake in their policies', () => {
    const report = runMutations(['fixtures/shared-traces']);
    expect(listSurvivors(report)).toEqual([]);
    expect(scoreMutations(report).total).toBeGreaterThan(90);
  });
});
