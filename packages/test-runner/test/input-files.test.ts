import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  formatTestReport,
  readTraceFile,
  runMutations,
  runTests,
  type TestOptions,
  TestRunnerError,
} from '../src/index.ts';

const POLICY = `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata: { name: input }
spec: { allowed_tools: [list] }
`;
const TRACE =
  '{"direction":"c2s","raw":{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list"}},"expect":"allow"}\n';
const GOOD = 'policy: policy.yaml\ncalls: [{ tool: list, expect: allow }]\n';

let folder = '';
const at = (name: string): string => join(folder, name);
const write = (name: string, text: string): void => writeFileSync(at(name), text);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aip-input-files-'));
  write('policy.yaml', POLICY);
  write('trace.jsonl', TRACE);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function problemsOf(names: readonly string[], options: TestOptions = {}): readonly string[] {
  const { suites } = runTests(names.map(at), options);
  return suites.flatMap(({ problems }) =>
    problems.map(({ code, message }) => `${code}: ${message.replaceAll(`${folder}/`, '')}`),
  );
}

function refusalOf(run: () => unknown): string {
  try {
    run();
  } catch (failure) {
    if (failure instanceof TestRunnerError)
      return `${failure.code}: ${failure.message.replaceAll(`${folder}/`, '')}`;
    throw failure;
  }
  return 'nothing is refused';
}

describe('a policy that was asked for', () => {
  beforeEach(() => write('good.aip-test.yaml', GOOD));

  it('is refused where only suites are run, which name their own', () => {
    expect(refusalOf(() => problemsOf(['good.aip-test.yaml'], { policy: at('policy.yaml') }))).toMatch(
      /^bad-option: .*suites name their own policy$/,
    );
  });

  it.each([['good.aip-test.yaml'], ['trace.jsonl']])(
    'is refused in words where it is not there, for %s',
    (name) => {
      expect(refusalOf(() => problemsOf([name], { policy: at('nope.yaml') }))).toBe(
        "bad-option: the policy `nope.yaml` can't be read: there is no such file",
      );
    },
  );

  it('is read and refused in the shard that has no trace as well', () => {
    const options = { policy: at('nope.yaml'), shard: { index: 1, count: 2 } };
    expect(refusalOf(() => problemsOf(['good.aip-test.yaml', 'trace.jsonl'], options))).toContain(
      'no such file',
    );
  });

  it('judges a trace beside suites', () => {
    const report = runTests([at('good.aip-test.yaml'), at('trace.jsonl')], { policy: at('policy.yaml') });
    expect(report.suites.map(({ outcome }) => outcome)).toEqual(['passed', 'passed']);
  });
});

const NO_FILE = 'it is no file, but a pipe or a device';

/** What is endless, or waits for a writer that never comes. */
const ENDLESS: readonly (readonly [what: string, make: (path: string) => void])[] = [
  ['a link to a device', (path) => symlinkSync('/dev/zero', path)],
  ['a named pipe', (path) => void execFileSync('mkfifo', [path])],
];

describe.skipIf(process.platform === 'win32').each(ENDLESS)('%s', (_, make) => {
  it('is no suite, by name or in a folder, and the others are run', () => {
    write('good.aip-test.yaml', GOOD);
    make(at('odd.aip-test.yaml'));
    expect(refusalOf(() => problemsOf(['odd.aip-test.yaml']))).toBe(
      `not-readable: \`odd.aip-test.yaml\` can't be read: ${NO_FILE}`,
    );
    const report = runTests([folder]);
    expect(report.outcome).toBe('failed');
    expect(report.suites.map(({ outcome }) => outcome)).toEqual(['passed', 'failed']);
    expect(formatTestReport(report)).toContain(NO_FILE);
  });

  it('is no policy of a suite', () => {
    make(at('odd.yaml'));
    write('s.aip-test.yaml', GOOD.replace('policy.yaml', 'odd.yaml'));
    expect(problemsOf(['s.aip-test.yaml'])).toEqual([`no-policy: the policy can't be read: ${NO_FILE}`]);
    expect(runMutations([at('s.aip-test.yaml')]).outcome).toBe('failed');
  });

  it('is no trace of a suite, by name or in a folder', () => {
    mkdirSync(at('traces'));
    make(at('traces/odd.jsonl'));
    write('traces/good.jsonl', TRACE);
    for (const traces of ['traces/odd.jsonl', 'traces']) {
      write('s.aip-test.yaml', `policy: policy.yaml\ntraces: [${traces}]\ndefault: allow\n`);
      expect(problemsOf(['s.aip-test.yaml'])).toEqual([expect.stringMatching(`^no-trace: .*${NO_FILE}$`)]);
    }
  });

  it('is no trace that is read, nor a policy that is asked for', () => {
    make(at('odd.jsonl'));
    expect(refusalOf(() => [...readTraceFile(at('odd.jsonl'))])).toContain(NO_FILE);
    expect(refusalOf(() => problemsOf(['odd.jsonl'], { policy: at('policy.yaml') }))).toContain(NO_FILE);
    expect(refusalOf(() => problemsOf(['trace.jsonl'], { policy: at('odd.jsonl') }))).toContain(NO_FILE);
  });
});

it('reads no suite of more bytes than a suite may have', () => {
  write('big.aip-test.yaml', `${GOOD}# ${'x'.repeat(9 * 1024 * 1024)}\n`);
  expect(problemsOf(['big.aip-test.yaml'])).toEqual([
    "not-readable: `big.aip-test.yaml` can't be read: it has more than 8 MiB",
  ]);
});

it('reads no policy of more bytes than a policy may have', () => {
  write('big.yaml', `${POLICY}# ${'x'.repeat(65 * 1024 * 1024)}\n`);
  write('s.aip-test.yaml', GOOD.replace('policy.yaml', 'big.yaml'));
  expect(problemsOf(['s.aip-test.yaml'])).toEqual([
    "no-policy: the policy can't be read: it has more than 64 MiB",
  ]);
});

it.skipIf(process.platform === 'win32')('waits for a named pipe where one was asked for', async () => {
  execFileSync('mkfifo', [at('pipe')]);
  const { spawn } = await import('node:child_process');
  const writer = spawn('sh', ['-c', 'cat "$0" > "$1"', at('trace.jsonl'), at('pipe')]);
  expect([...readTraceFile(at('pipe'), { pipes: true })]).toHaveLength(1);
  await new Promise((resolve) => writer.on('close', resolve));
});

it('counts the calls that stand in suites beside those of traces', () => {
  write(
    'own.aip-test.yaml',
    'policy: policy.yaml\ncalls: [{ tool: list, expect: allow }, { tool: [x, y], expect: block }]\n',
  );
  write('both.aip-test.yaml', `${GOOD}traces: [trace.jsonl]\n`);
  expect(runTests([at('own.aip-test.yaml')]).suites.map(({ calls }) => calls)).toEqual([3]);
  expect(formatTestReport(runTests([at('both.aip-test.yaml')]))).toContain(', 2 tool calls replayed');
  write('none.aip-test.yaml', 'policy: policy.yaml\ntraces: [trace.jsonl]\n');
  expect(formatTestReport(runTests([at('none.aip-test.yaml')]))).toContain(', 1 tool call replayed');
});

it('says in words what is missing', () => {
  write('s.aip-test.yaml', GOOD.replace('policy.yaml', 'nope.yaml'));
  expect(problemsOf(['s.aip-test.yaml'])).toEqual([
    "no-policy: the policy can't be read: there is no such file",
  ]);
  write('s.aip-test.yaml', 'policy: policy.yaml\n');
  expect(problemsOf(['s.aip-test.yaml'])).toEqual([
    'missing-key: a suite needs `traces`, or `calls` of its own',
  ]);
  expect(refusalOf(() => runTests(['-']))).toMatch(/^not-found: standard input is not read here/);
});
