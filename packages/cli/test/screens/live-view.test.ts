import type { CallFailure, CaseResult, SuiteResult, TestEvent, TestListener } from '@agentpolicy/test-runner';
import { describe, expect, it } from 'vitest';
import type { CommandContext } from '../../src/context.ts';
import { createStyle } from '../../src/terminal/style.ts';
import { createFakeTerminal, type FakeTerminal } from './fake-terminal.ts';

const { showRun } = await import('../../src/screens/test/show-run.ts');

const MIB = 1024 ** 2;

function contextOf({ stdin, stdout }: FakeTerminal, environment: NodeJS.ProcessEnv = {}): CommandContext {
  const write = (text: string): void => void stdout.write(text);
  return {
    cwd: '/',
    environment,
    stdin,
    stdout,
    stderr: stdout,
    style: createStyle('never', stdout, {}),
    write,
    print: write,
    warn: write,
  };
}

const FAILURE: CallFailure = {
  at: { file: 't.jsonl', line: 4 },
  call: { session: '', id: '1', method: null, tool: 'send\u001b[2J', args: null },
  mismatches: [{ what: 'decision', expected: 'block', got: 'allow' }],
  reason: 'permitted',
  rule: null,
  argument: null,
  nearest: null,
};

const PASSED: CaseResult = {
  name: 'reads',
  place: { file: 'a', line: 1 },
  outcome: 'passed',
  matched: 1,
  failed: 0,
  failures: [],
  complaint: null,
  changes: [],
};

const RESULT: SuiteResult = {
  file: 'a.aip-test.yaml',
  policy: 'p.yaml',
  outcome: 'failed',
  cases: [],
  traces: [],
  problems: [],
};

/** A run of two suites that has been going on for so many milliseconds. */
function tellRun({ now, onEvent }: TestListener, ms: number): void {
  const at = now() + ms;
  const events: readonly TestEvent[] = [
    { at, kind: 'run-started', files: ['a.aip-test.yaml', 'b.aip-test.yaml'], bytes: 100 * MIB },
    { at, kind: 'file-started', file: 'a.aip-test.yaml', bytes: 50 * MIB },
    { at, kind: 'failure', file: 'a.aip-test.yaml', name: 'no \u202esend', failure: FAILURE },
    { at, kind: 'case-finished', file: 'a.aip-test.yaml', result: PASSED },
    { at, kind: 'case-finished', file: 'a.aip-test.yaml', result: { ...PASSED, outcome: 'failed' } },
    { at, kind: 'file-finished', file: 'a.aip-test.yaml', result: RESULT },
    { at, kind: 'file-started', file: 'b.aip-test.yaml', bytes: 50 * MIB },
    { at, kind: 'progress', file: 'b.aip-test.yaml', calls: 20_000, bytes: 50 * MIB },
  ];
  for (const event of events) onEvent(event);
}

describe('a run at a terminal', () => {
  it('that takes long is shown below what stands there, and leaves nothing behind', async () => {
    const terminal = createFakeTerminal(80, 24);
    const { stdin, stdout } = terminal;
    const result = await showRun(contextOf(terminal), false, async ({ listener }) => {
      if (listener === undefined) return 'no listener';
      tellRun(listener, 1000);
      const shown = await stdout.waitFor('FAIL');
      const [title, progress, ...rest] = shown.split('\n');
      expect(title).toBe('aip test  1 of 2 suites  1 passed  1 failed');
      expect(progress).toMatch(
        /^replayed 50 % of 100\.0 MiB, 20,000 calls, [\d,]+ a second, about 1 s left$/,
      );
      expect(rest).toEqual([
        'RUN   b.aip-test.yaml',
        'FAIL  a.aip-test.yaml: no \\u{202e}send (decision: expected block, got allow)',
      ]);
      return 'done';
    });
    expect(result).toBe('done');
    // Keys stay the shell's, and what was drawn is erased.
    expect(stdin.isRaw).toBe(false);
    expect(stdout.raw).not.toContain('\u001b[?1049h');
    expect(stdout.raw).not.toContain('\u001b[3J');
    const end = `${'\u001b[2K\u001b[1A'.repeat(4)}\u001b[2K\u001b[G`;
    expect(stdout.raw.replaceAll('\u001b[?25h', '').endsWith(end)).toBe(true);
    expect(stdout.raw.endsWith('\u001b[?25h')).toBe(true);
  });

  it('gives the terminal back where the run fails', async () => {
    const terminal = createFakeTerminal(80, 24);
    const run = showRun(contextOf(terminal), false, async ({ listener }) => {
      if (listener !== undefined) tellRun(listener, 1000);
      await terminal.stdout.waitFor('FAIL');
      throw new Error('the trace is gone');
    });
    await expect(run).rejects.toThrow('the trace is gone');
    expect(terminal.stdout.raw.endsWith('\u001b[?25h')).toBe(true);
  });

  it('fits a small one', async () => {
    const terminal = createFakeTerminal(40, 5);
    await showRun(contextOf(terminal), false, async ({ listener }) => {
      if (listener !== undefined) tellRun(listener, 1000);
      await terminal.stdout.waitFor('FAIL');
      expect(terminal.stdout.lines.length).toBeLessThanOrEqual(5);
      for (const line of terminal.stdout.lines) expect(line.length).toBeLessThanOrEqual(40);
    });
  });

  it.each<[string, boolean, NodeJS.ProcessEnv]>([
    ['--quiet', true, {}],
    ['a CI machine', false, { CI: 'true' }],
  ])('is not shown with %s', async (_, isQuiet, environment) => {
    const terminal = createFakeTerminal();
    const listener = await showRun(
      contextOf(terminal, environment),
      isQuiet,
      async (given) => given.listener,
    );
    expect(listener).toBeUndefined();
    expect(terminal.stdout.raw).toBe('');
  });

  it('that is over soon shows nothing', async () => {
    const terminal = createFakeTerminal();
    await showRun(contextOf(terminal), false, async ({ listener }) => {
      if (listener !== undefined) tellRun(listener, 0);
    });
    expect(terminal.stdout.raw).toBe('');
  });
});
