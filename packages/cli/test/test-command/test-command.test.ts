import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runTest } from '../../src/commands/test.ts';
import { CliError } from '../../src/exit-status.ts';
import type { TestFlags } from '../../src/program/test.ts';
import { TEST_FORMATS } from '../../src/test-report/formats.ts';
import { captureContext, type Folder, makeFolder } from '../lint/lint-in-folder.ts';

const POLICY = `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata: { name: command }
spec:
  allowed_tools: [list]
  tool_rules:
    - tool: read
      allow_args:
        path: ^/tmp/[a-z]+$
`;
const PASSING = `policy: policy.yaml
calls:
  - { name: "tmp #1 <is> open", tool: read, args: { path: /tmp/a }, expect: allow }
  - { name: the rest is not, tool: read, args: { path: { each: [/etc, tmp/a] } }, expect: block }
`;
const FAILING = `policy: policy.yaml
calls:
  - { name: upper & lower, tool: read, args: { path: /tmp/A }, expect: allow }
`;

let folder: Folder;
beforeEach(() => {
  folder = makeFolder({ 'policy.yaml': POLICY, 'a.aip-test.yaml': PASSING });
});
afterEach(() => folder.remove());

interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command in the folder; suites are named as a user would name them there. */
async function run(flags: TestFlags, paths = ['.'], environment: NodeJS.ProcessEnv = {}): Promise<Run> {
  const captured = captureContext(folder.path, environment);
  const absolute = paths.map((path) => join(folder.path, path));
  const status = await runTest(captured.context, absolute, flags);
  const clean = (text: string): string => text.replaceAll(`${folder.path}/`, '');
  return { status, stdout: clean(captured.stdout()), stderr: clean(captured.stderr()) };
}

describe('the exit status', () => {
  it.each<[string, number, TestFlags]>([
    ['all passes', 0, {}],
    ['no case has such a name', 3, { filter: ['nobody'] }],
    ['a case has such a name', 0, { filter: ['#1'] }],
    ['a shard has no suite', 3, { shard: '2/2' }],
    ['enough is covered', 0, { coverageThreshold: '50' }],
    ['too little is covered', 1, { coverageThreshold: '80' }],
    ['mistakes go unnoticed', 1, { mutate: true }],
    ['enough mistakes are noticed', 0, { mutate: true, mutationThreshold: '20' }],
  ])('where %s is %d', async (_, status, flags) => {
    expect((await run(flags)).status).toBe(status);
  });

  it('is 1 for a failure, and for a mutation test of what fails', async () => {
    folder.write('b.aip-test.yaml', FAILING);
    expect((await run({})).status).toBe(1);
    expect((await run({ mutate: true })).status).toBe(1);
  });

  it.each<[string, TestFlags]>([
    ['an unknown format', { format: ['xml'] }],
    ['two reports on standard output', { format: ['json', 'tap'] }],
    ['two reports in one file', { format: ['json=x', 'tap=x'] }],
    ['an unknown coverage format', { coverage: ['pdf'] }],
    ['a shard past the last', { shard: '3/2' }],
    ['a shard before the first', { shard: '0/2' }],
    ['a shard that is no fraction', { shard: 'half' }],
    ['no number of failures', { bail: 'many' }],
    ['more than all', { coverageThreshold: '101' }],
    ['an update of a part', { update: true, filter: ['x'] }],
    ['a threshold without mutations', { mutationThreshold: '5' }],
    ['mutations of a part', { mutate: true, filter: ['x'] }],
  ])('is a usage error for %s', async (_, flags) => {
    await expect(run(flags)).rejects.toThrow(CliError);
  });
});

describe('a failure', () => {
  it('is shown with the line that decided', async () => {
    folder.write('b.aip-test.yaml', FAILING);
    const { stdout } = await run({}, ['b.aip-test.yaml']);
    expect(stdout).toBe(`b.aip-test.yaml (policy policy.yaml)
  FAIL  upper & lower (1 of 1 call)
        b.aip-test.yaml:3:5
        b.aip-test.yaml:3: "read" {"path":"/tmp/A"}, id 1
          decision: expected allow, got block
          because: argument-mismatch
          decided by: policy.yaml:9:15 (/spec/tool_rules/0/allow_args/path)
              |
            9 |         path: ^/tmp/[a-z]+$
              |               ^^^^^^^^^^^^^
          argument "path" does not match ^/tmp/[a-z]+$
            "/tmp/A"
                  ^ no match is possible from here
1 suite, 0 passed, 1 failed, 1 tool call replayed
`);
  });
});

describe('reports', () => {
  beforeEach(() => folder.write('b.aip-test.yaml', FAILING));

  it.each(TEST_FORMATS)('in the format %s say what failed, and are the same every time', async (format) => {
    const first = await run({ format: [format] });
    expect(first.stdout).toMatch(/upper (?:&|&amp;|&#38;) lower/);
    expect((await run({ format: [format] })).stdout).toBe(first.stdout);
  });

  it('of JSON are as their schema says', async () => {
    const path = join(import.meta.dirname, '../../schema/test-report.schema.json');
    const schema: object = JSON.parse(readFileSync(path, 'utf8'));
    const validate = new Ajv({ allowUnionTypes: true }).compile(schema);
    folder.write('c.aip-test.yaml', 'policy: policy.yaml\ntraces: [absent.jsonl]\nsnapshot: {}\n');
    const { stdout } = await run({ format: ['json'], coverage: ['text=coverage.txt'], shard: '1/1' });
    expect(validate(JSON.parse(stdout)), JSON.stringify(validate.errors)).toBe(true);
  });

  it('of TAP hide nothing behind a directive', async () => {
    const lines = (await run({ format: ['tap'] })).stdout.split('\n');
    expect(lines.slice(0, 4)).toEqual([
      'TAP version 14',
      '1..3',
      'ok 1 - a.aip-test.yaml: tmp \\#1 <is> open',
      'ok 2 - a.aip-test.yaml: the rest is not',
    ]);
  });

  it('of JUnit count what they hold', async () => {
    const { stdout } = await run({ format: ['junit'] });
    expect(stdout).toContain('<testsuites name="aip test" tests="3" failures="1">');
    expect(stdout).toContain('name="tmp #1 &lt;is&gt; open"');
    expect(stdout.match(/<testcase /g)).toHaveLength(3);
    expect(stdout.match(/<failure /g)).toHaveLength(1);
  });

  it('of JUnit have no case that passes where nothing was checked', async () => {
    folder.write('e.aip-test.yaml', 'policy: policy.yaml\ntraces: []\n');
    const { stdout, status } = await run({ format: ['junit'] }, ['e.aip-test.yaml']);
    expect(status).toBe(3);
    expect(stdout).toContain('failures="1"');
  });

  it('on GitHub stand at the line of the case, and in the summary of the job', async () => {
    const environment = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(folder.path, 'summary.md') };
    const { stdout } = await run({}, ['.'], environment);
    expect(stdout).toContain('::error file=b.aip-test.yaml,line=3,col=5,title=upper & lower::');
    expect(stdout.trim().split('\n')).toHaveLength(2);
    expect(folder.read('summary.md')).toContain('2 passed, 1 failed in 2 suites');
  });

  it('go to files beside each other', async () => {
    const { stdout } = await run({
      format: ['pretty', 'tap=tests.tap'],
      coverage: ['html=c.html', 'lcov=c.info'],
    });
    expect(stdout).toContain('FAIL  upper & lower');
    expect(folder.read('tests.tap')).toContain('not ok 3');
    expect(existsSync(join(folder.path, 'c.html'))).toBe(true);
    expect(folder.read('c.info')).toContain('end_of_record');
  });
});

describe('coverage', () => {
  it('is shown at the side of the policy', async () => {
    await run({ coverage: ['text=coverage.txt'] });
    const lines = folder.read('coverage.txt').replaceAll(`${folder.path}/`, '').split('\n');
    expect(lines[0]).toBe('policy.yaml: 3 of 4 outcomes seen, 75 %');
    expect(lines[5]).toBe('missing 5 |   allowed_tools: [list]  never allowed');
    expect(lines[9]).toBe('     1x 9 |         path: ^/tmp/[a-z]+$');
  });

  it('is LCOV with a branch for each outcome', async () => {
    await run({ coverage: ['lcov=c.info'] });
    const lines = folder.read('c.info').trimEnd().split('\n').slice(2);
    expect(lines).toEqual([
      'BRDA:5,0,0,-',
      'BRDA:7,0,0,1',
      'BRDA:9,0,0,1',
      'BRDA:9,0,1,2',
      'BRF:4',
      'BRH:3',
      'DA:5,0',
      'DA:7,1',
      'DA:9,1',
      'LF:3',
      'LH:2',
      'end_of_record',
    ]);
  });

  it('is a page that needs no other file, in which hostile text stays text', async () => {
    folder.write('policy.yaml', POLICY.replace('[list]', "[list, '<script>alert(1)</script>']"));
    await run({ coverage: ['html=c.html'] });
    const page = folder.read('c.html');
    expect(page).not.toMatch(/<script|src=|href=|url\(|@import/);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).toContain('never allowed');
  });

  it('is JSON with the sum', async () => {
    await run({ coverage: ['json=c.json'] });
    expect(JSON.parse(folder.read('c.json'))).toMatchObject({
      version: 1,
      summary: { seen: 3, total: 4, percent: 75 },
      policies: [{ items: { length: 3 } }],
    });
  });
});

describe('shards', () => {
  beforeEach(() => {
    folder.write('b.aip-test.yaml', PASSING.replace('/etc', '/var'));
    folder.write('c.aip-test.yaml', PASSING);
  });

  const shard = (index: number): Promise<Run> =>
    run({ shard: `${index}/2`, format: [`json=${index}.json`], coverage: ['text=coverage.txt'] });

  it('put together say what one run says', async () => {
    await shard(1);
    await shard(2);
    const merged = await run({ merge: true, format: ['json'], coverage: ['text=merged.txt'] }, [
      '2.json',
      '1.json',
    ]);
    const whole = await run({ format: ['json'], coverage: ['text=whole.txt'] });
    expect(merged.status).toBe(0);
    expect(JSON.parse(merged.stdout)).toEqual(JSON.parse(whole.stdout));
    expect(folder.read('merged.txt')).toBe(folder.read('whole.txt'));
  });

  it.each([
    ['one is missing', ['1.json']],
    ['one is there twice', ['1.json', '1.json']],
    ['one is no report', ['1.json', 'policy.yaml']],
    ['one is of another shape', ['1.json', 'other.json']],
    ['one is not there', ['1.json', 'absent.json']],
  ])('are not put together where %s', async (_, files) => {
    await shard(1);
    folder.write('other.json', '{"version":1,"outcome":"passed","suites":[{}]}');
    await expect(run({ merge: true }, files)).rejects.toThrow(CliError);
  });
});

describe('mutations', () => {
  it('are listed with what would notice them', async () => {
    const { stdout } = await run({ mutate: true });
    expect(stdout).toContain('survived widen-class policy.yaml:9:15');
    expect(stdout).toMatch(/notice it: - \{ tool: "read", args: \{ "path": ".*" \}, expect: block \}/);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^\d of 5 mistakes noticed/);
  });

  it('are JSON for a program', async () => {
    const { stdout } = await run({ mutate: true, format: ['json'] });
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, outcome: 'done', score: { total: 5 } });
  });
});
