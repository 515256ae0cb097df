import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runTests, type TestOptions, type TestReport, TestRunnerError } from '../src/index.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aip-suite-features-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const POLICY = `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata: { name: features }
spec:
  allowed_tools: [list]
  tool_rules:
    - tool: read_file
      rate_limit: 1/minute
      allow_args: { path: '^/tmp/[a-z]+$' }
    - { tool: write_file, action: ask, allow_args: { path: '^/tmp/' } }
`;

const call = (id: number, tool: string, path: string): string =>
  `{"direction":"c2s","raw":{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"${tool}","arguments":{"path":"${path}"}}}}\n`;
const TRACE = call(1, 'read_file', '/tmp/a') + call(2, 'write_file', '/etc/x') + call(3, 'other', 'x');

const SUITE = 's.aip-test.yaml';
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

function run(suite: string, options: TestOptions = {}, policy = POLICY): TestReport {
  write('policy.yaml', policy);
  write('trace.jsonl', TRACE);
  write(SUITE, `policy: policy.yaml\n${suite}`);
  return runTests([folder], options);
}

function outcomes({ suites }: TestReport): string[] {
  return suites.flatMap(({ cases }) =>
    cases.map(({ name, outcome, matched }) => `${name} ${outcome} ${matched}`),
  );
}

function problems({ suites }: TestReport): string[] {
  return suites.flatMap((suite) => suite.problems.map(({ code, place }) => `${place.line} ${code}`));
}

describe('calls in a suite', () => {
  it.each([
    ['one call', '{tool: list, expect: allow}', 1],
    ['several tools', '{tool: [read_file, list], args: {path: /tmp/a}, expect: allow}', 2],
    [
      'every combination',
      '{tool: [x, y], args: {a: {each: [1, 2]}, b: {each: [p, q, r]}}, expect: block}',
      12,
    ],
    [
      'rows',
      '{tool: read_file, table: [{args: {path: /tmp/a}, expect: allow}, {args: {path: /a}, expect: block}]}',
      2,
    ],
    [
      'rows that say one thing each',
      '{tool: x, expect: block, table: [{args: {a: 1}}, {tool: list, expect: allow}]}',
      2,
    ],
    ['an argument that is a map', '{tool: list, args: {a: {b: {c: [1]}}}, expect: allow}', 1],
    [
      'calls that no limit joins',
      '{tool: read_file, args: {path: {each: [/tmp/a, /tmp/b]}}, expect: allow}',
      2,
    ],
    [
      'what else can be expected',
      '{tool: write_file, args: {path: /x}, expect: {decision: block, argument: path}}',
      1,
    ],
  ])('judges %s', (_, entry, count) => {
    const report = run(`calls:\n  - ${entry.replace('{', '{name: n, ')}\n`);
    expect(outcomes(report)).toEqual([`n passed ${count}`]);
    expect(report.outcome).toBe('passed');
  });

  it('fails at the place of the call, with its arguments', () => {
    const report = run(`calls:
  - tool: read_file
    expect: allow
    table:
      - args: { path: /tmp/a }
      - args: { path: /tmp/A }
`);
    const [failure] = report.suites[0]?.cases[0]?.failures ?? [];
    expect(failure?.at.line).toBe(7);
    expect(failure?.call).toMatchObject({ tool: 'read_file', args: '{"path":"/tmp/A"}' });
    expect(failure?.argument?.matchedUntil).toBe(5);
  });

  it.each([
    ['no tool', '{expect: allow}', '3 missing-key'],
    ['nothing expected', '{tool: x}', '3 missing-key'],
    ['an unknown key', '{tool: x, expect: allow, arg: {}}', '3 unknown-key'],
    ['no values', '{tool: x, expect: allow, args: {a: {each: []}}}', '3 wrong-type'],
    ['no rows', '{tool: x, expect: allow, table: []}', '3 wrong-type'],
    [
      'too many calls',
      `{tool: x, expect: allow, args: {${'abcde'.replace(/./g, (key) => `${key}: {each: [1,2,3,4,5,6,7,8]}, `)}}}`,
      '3 too-large',
    ],
    ['an answer that there is none of', '{tool: x, expect: {redacted: []}}', '3 wrong-place'],
  ])('refuses %s', (_, entry, problem) => {
    expect(problems(run(`calls:\n  - ${entry}\n`))).toContain(problem);
  });
});

describe('a pattern of an argument', () => {
  it('is refused with a reason where it is none', () => {
    const report = run(
      'traces: [trace.jsonl]\ncases: [{match: {args: {path: {matches: "(?=a)"}}}, expect: allow}]\n',
    );
    expect(problems(report)).toEqual(['3 wrong-type']);
  });
});

describe('the nearest rule', () => {
  it('is the one of a similar tool that decides as it was expected', () => {
    const report = run('calls:\n  - {tool: read_files, args: {path: /tmp/a}, expect: allow}\n');
    expect(report.suites[0]?.cases[0]?.failures[0]?.nearest).toMatchObject({
      tool: 'read_file',
      pointer: '/spec/tool_rules/0',
      place: { line: 7 },
    });
  });

  it.each([
    ['no similar tool', '{tool: quite_other, args: {path: /tmp/a}, expect: allow}'],
    ['no tool that decides so', '{tool: read_files, args: {path: /etc}, expect: allow}'],
  ])('is absent where there is %s', (_, entry) => {
    expect(run(`calls:\n  - ${entry}\n`).suites[0]?.cases[0]?.failures[0]?.nearest).toBeNull();
  });
});

describe('a snapshot', () => {
  const suite = 'traces: [trace.jsonl] # kept\ncases:\n  - {name: hand, match: {id: 2}, expect: allow}\n';

  it('holds the decisions of today, and leaves the rest of the suite as it was', () => {
    run(suite, { update: true });
    expect(read(SUITE)).toBe(`policy: policy.yaml
${suite}
# Written by \`aip test --update\`: what is decided today. Review its changes.
snapshot:
  "trace.jsonl":
    - "1 read_file -> allow /spec/tool_rules/0"
    - "2 write_file -> block -32001 argument-mismatch /spec/tool_rules/1/allow_args/path"
    - "3 other -> block -32001 not-listed"
`);
  });

  it('is the same when it is written again', () => {
    run(suite, { update: true });
    const once = read(SUITE);
    runTests([folder], { update: true });
    expect(read(SUITE)).toBe(once);
  });

  it('never makes a failing case of a person pass', () => {
    const report = run(suite, { update: true });
    expect(outcomes(report)).toEqual(['hand failed 1', 'snapshot passed 3']);
    expect(report.outcome).toBe('failed');
  });

  it('shows a later change as a difference', () => {
    run(suite, { update: true });
    write('policy.yaml', POLICY.replace('action: ask, ', '').replace("'^/tmp/'", "'^/'"));
    const compared = runTests([folder]).suites[0]?.cases[1];
    expect(compared).toMatchObject({ name: 'snapshot', outcome: 'failed' });
    expect(compared?.changes).toEqual([
      {
        trace: 'trace.jsonl',
        before: '2 write_file -> block -32001 argument-mismatch /spec/tool_rules/1/allow_args/path',
        after: '2 write_file -> allow /spec/tool_rules/1',
      },
    ]);
  });

  it('tells of a call that is gone and one that is new', () => {
    run(suite, { update: true });
    write('trace.jsonl', call(1, 'read_file', '/tmp/a') + call(2, 'list', 'a'));
    write('more.jsonl', call(9, 'list', 'a'));
    write(SUITE, read(SUITE).replace('[trace.jsonl]', '[trace.jsonl, more.jsonl]'));
    const changes = runTests([folder]).suites[0]?.cases[1]?.changes ?? [];
    expect(changes.map(({ before, after }) => [before === null, after === null])).toEqual([
      [false, false],
      [false, true],
      [true, false],
    ]);
  });

  it('is not written where there is no recording', () => {
    const report = run('calls: [{tool: list, expect: allow}]\n', { update: true });
    expect(read(SUITE)).not.toContain('snapshot');
    expect(report.outcome).toBe('passed');
  });

  it('is not written where something could not be read', () => {
    const report = run('traces: [trace.jsonl, absent.jsonl]\ndefault: allow\n', { update: true });
    expect(read(SUITE)).not.toContain('snapshot');
    expect(problems(report)).toEqual(['2 no-trace']);
  });

  it('may stand before other keys', () => {
    run(`snapshot:\n  trace.jsonl:\n    - "1 x -> allow"\n${suite}`, { update: true });
    expect(read(SUITE).match(/snapshot:/g)).toHaveLength(1);
    expect(read(SUITE)).toContain('# kept');
    expect(outcomes(runTests([folder]))).toContain('snapshot passed 3');
  });
});

describe('a part of the tests', () => {
  const suite = `traces: [trace.jsonl]
default: block
cases:
  - {name: reading, match: {id: 1}, expect: allow}
  - {name: writing, match: {id: 2}, expect: allow}
`;

  it('is chosen by name', () => {
    expect(outcomes(run(suite, { filter: ['read'] }))).toEqual(['reading passed 1']);
  });

  it('is nothing, and no success, where no name is chosen', () => {
    expect(run(suite, { filter: ['nobody'] }).outcome).toBe('nothing');
  });

  it('ends where enough has failed', () => {
    run(suite);
    for (const name of ['t', 'u']) write(`${name}.aip-test.yaml`, read(SUITE));
    const report = runTests([folder], { bail: 2 });
    expect(report.suites).toHaveLength(2);
    expect(report.notRun).toEqual([join(folder, 'u.aip-test.yaml')]);
  });

  it('is a shard: every suite is in exactly one', () => {
    run(suite);
    for (const name of ['t', 'u', 'v', 'w']) write(`${name}.aip-test.yaml`, read(SUITE));
    const whole = runTests([folder]).suites.map(({ file }) => file);
    const parts = [1, 2, 3].map((index) => runTests([folder], { shard: { index, count: 3 } }));
    expect(parts.map(({ suites }) => suites.length)).toEqual([2, 2, 1]);
    expect(parts.flatMap(({ suites }) => suites.map(({ file }) => file)).sort()).toEqual(whole);
  });

  it('can not be a snapshot of a trace alone', () => {
    run(suite);
    const update = () =>
      runTests([join(folder, 'trace.jsonl')], { policy: join(folder, 'policy.yaml'), update: true });
    expect(update).toThrow(TestRunnerError);
  });
});

describe("what a proxy does beyond the policy's rules", () => {
  const POLICY_OF_A_PROXY = `apiVersion: aip.io/v1alpha2
kind: AgentPolicy
metadata: { name: beyond }
spec:
  tool_rules:
    - { tool: read, schema_hash: 'HASH' }
    - { tool: send }
  dlp:
    scan_requests: true
    on_request_match: MATCH
    patterns: [{ name: Key, regex: 'key-[0-9]+' }]
`;
  const definition = '{"description":"reads","inputSchema":{"type":"object"},"name":"read"}';
  const goodHash = `sha256:${createHash('sha256').update(definition).digest('hex')}`;
  const line = (direction: string, raw: string): string =>
    `{"direction":"${direction}","raw":{"jsonrpc":"2.0",${raw}}}\n`;
  const use = (id: number, tool: string, text: string): string =>
    line(
      'c2s',
      `"id":${id},"method":"tools/call","params":{"name":"${tool}","arguments":{"text":"${text}"}}`,
    );
  const session =
    use(1, 'read', 'x') +
    line('c2s', '"id":2,"method":"tools/list"') +
    line('s2c', `"id":2,"result":{"tools":[${definition}]}`) +
    use(3, 'read', 'x') +
    use(4, 'send', 'key-1');

  function judge(hash: string, match: string, suite: string): string[] {
    write('policy.yaml', POLICY_OF_A_PROXY.replace('HASH', hash).replace('MATCH', match));
    write('session.jsonl', session);
    write(SUITE, `policy: policy.yaml\ntraces: [session.jsonl]\n${suite}`);
    return outcomes(runTests([folder]));
  }

  it('verifies the definitions that the trace shows', () => {
    const cases = (second: string): string =>
      `cases: [{ name: unseen, match: { id: 1 }, expect: { decision: block, reason: definition-unseen } }, { name: seen, match: { id: 3 }, expect: ${second} }]\n`;
    expect(judge(goodHash, 'block', cases('allow'))).toEqual(['unseen passed 1', 'seen passed 1']);
    expect(
      judge(
        `sha256:${'0'.repeat(64)}`,
        'block',
        cases('{ decision: block, reason: schema-mismatch, error_code: -32013 }'),
      ),
    ).toEqual(['unseen passed 1', 'seen passed 1']);
  });

  it('takes the tools of calls that stand in the suite to be defined as the policy wants', () => {
    expect(judge(goodHash, 'block', 'calls: [{ name: c, tool: read, expect: allow }]\n')).toEqual([
      'c passed 1',
    ]);
  });

  it.each([
    ['block', '{ decision: block, reason: request-blocked, rule: /spec/dlp, error_code: -32001 }'],
    ['redact', '{ decision: allow, error_code: null }'],
    ['warn', '{ decision: allow, error_code: null }'],
  ])('scans calls: %s', (match, expected) => {
    const suite = `cases: [{ name: scanned, match: { tool: send }, expect: ${expected} }]\n`;
    expect(judge(goodHash, match, suite)).toEqual(['scanned passed 1']);
  });
});
