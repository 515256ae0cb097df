import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CommandContext } from '../../src/context.ts';
import { createStyle } from '../../src/terminal/style.ts';
import type { WatchSettings } from '../../src/test-watch/watch-session.ts';
import { createFakeTerminal, type FakeTerminal } from './fake-terminal.ts';

const { WatchSession } = await import('../../src/test-watch/watch-session.ts');
const { watchOnScreen } = await import('../../src/screens/test/watch-on-screen.ts');

const POLICY = `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata:
  name: small
spec:
  allowed_tools: [read]
`;

const TRACE = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read","arguments":{}}}\n';

const SUITE = `policy: small.policy.yaml
traces: [small.jsonl]
calls:
  - name: reading is allowed
    tool: read
    expect: allow
  - name: writing is not
    tool: write
    expect: block
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aip-watch-screen-'));
  writeFileSync(join(folder, 'small.policy.yaml'), POLICY);
  writeFileSync(join(folder, 'small.jsonl'), TRACE);
  writeFileSync(join(folder, 'small.aip-test.yaml'), SUITE);
  cpSync(join(folder, 'small.aip-test.yaml'), join(folder, 'other.aip-test.yaml'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

class Watching {
  readonly terminal: FakeTerminal;
  readonly end: Promise<NodeJS.Signals | null>;
  readonly session: InstanceType<typeof WatchSession>;

  constructor(size: readonly [number, number] = [100, 24]) {
    this.terminal = createFakeTerminal(...size);
    const { stdin, stdout } = this.terminal;
    const style = createStyle('never', stdout, {});
    const context: CommandContext = {
      cwd: folder,
      environment: {},
      stdin,
      stdout,
      stderr: stdout,
      style,
      write: () => undefined,
      print: () => undefined,
      warn: () => undefined,
    };
    const settings: WatchSettings = {
      paths: [folder],
      policy: undefined,
      filter: [],
      jobs: 1,
      size: { columns: size[0], rows: size[1] },
      render: { style, resolveFile: (file) => file, toRepositoryPath: (file) => file, isOnGithub: false },
    };
    this.session = new WatchSession(context, settings);
    this.end = watchOnScreen(this.session, { terminal: this.terminal, style });
  }

  shows(text: string | RegExp): Promise<string> {
    return this.terminal.stdout.waitFor(text);
  }

  type(text: string): void {
    this.terminal.stdin.type(text);
  }
}

const save = (name: string, text: string): void => writeFileSync(join(folder, name), text);

it('runs again what a save touches, and says how long that took', async () => {
  const watching = new Watching();
  expect(await watching.shows('ran 2 suites in')).toContain('2 suites  4 passed  0 failed');
  save('other.aip-test.yaml', SUITE.replace('expect: block', 'expect: allow'));
  const failed = await watching.shows(/ran 1 suite, \d+ ms after the save/);
  expect(failed).toContain('2 suites  3 passed  1 failed');
  await watching.shows('FAIL  writing is not (1 of 1 call)');
  save('small.policy.yaml', POLICY.replace('[read]', '[read, write]'));
  await watching.shows(/ran 2 suites, \d+ ms after the save/);
  save('other.aip-test.yaml', SUITE);
  save('small.policy.yaml', POLICY);
  await watching.shows('4 passed  0 failed');
  watching.type('q');
  expect(await watching.end).toBeNull();
  expect(watching.terminal.stdin.isRaw).toBe(false);
});

it('shows a policy that can not be parsed, and keeps what was known before', async () => {
  const watching = new Watching();
  await watching.shows('4 passed  0 failed');
  save('small.policy.yaml', `${POLICY}  x: [`);
  const broken = await watching.shows('kept until it can be read: 2 passed');
  expect(broken).toContain('2 suites  4 passed  0 failed');
  expect(broken).toContain('small.policy.yaml:7:7: yaml-syntax');
  save('small.policy.yaml', POLICY);
  await watching.shows('ok    ');
  watching.type('q');
  await watching.end;
});

it('filters, updates after a confirmation, and writes the coverage', async () => {
  const watching = new Watching();
  await watching.shows('ran 2 suites in');
  watching.type('f');
  await watching.shows('Only cases that hold: _');
  watching.type('reading');
  await watching.shows('Only cases that hold: reading_');
  watching.type('\r');
  await watching.shows('2 passed  0 failed  only reading');
  watching.type('u');
  await watching.shows('take the filter off first');
  watching.type('f');
  await watching.shows('Only cases that hold: reading_');
  watching.type('\u007f'.repeat(7));
  await watching.shows('Only cases that hold: _');
  watching.type('\r');
  await watching.shows(/4 passed {2}0 failed\n/);
  const before = readFileSync(join(folder, 'other.aip-test.yaml'), 'utf8');
  watching.type('u');
  await watching.shows('y writes');
  watching.type('n');
  await watching.shows('nothing is written');
  expect(readFileSync(join(folder, 'other.aip-test.yaml'), 'utf8')).toBe(before);
  watching.type('u');
  await watching.shows('y writes');
  watching.type('y');
  await watching.shows('wrote the snapshots of 2 suites');
  expect(readFileSync(join(folder, 'other.aip-test.yaml'), 'utf8')).toContain('snapshot:');
  watching.type('c');
  const [, page = ''] = /coverage is in (\S+)/.exec(await watching.shows('coverage is in')) ?? [];
  expect(readFileSync(page, 'utf8')).toContain('<html');
  rmSync(join(page, '..'), { recursive: true });
  watching.type('q');
  await watching.end;
});

it('stays usable on a small terminal', async () => {
  const watching = new Watching([40, 10]);
  await watching.shows(/4 passed {2}0 failed/);
  save('small.policy.yaml', POLICY.replace('[read]', '[write]'));
  await watching.shows(/\d+ more lines below/);
  const { stdout } = watching.terminal;
  expect(stdout.lines).toHaveLength(10);
  for (const line of stdout.lines) expect(line.length).toBeLessThanOrEqual(40);
  await watching.shows('f filter u update c cover a all q quit');
  const first = stdout.lines[2];
  watching.type('j');
  await expect.poll(() => stdout.lines[2]).not.toBe(first);
  watching.type('q');
  await watching.end;
});
