import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planTests, runTests, runTestsInTurns, type TestEvent, type TestOptions } from '../src/index.ts';

const POLICY = `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata: { name: events }
spec: { allowed_tools: [list] }
`;
const call = (id: number, tool: string): string =>
  `{"direction":"c2s","raw":{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"${tool}"}}}\n`;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aip-events-'));
  const files = {
    'policy.yaml': POLICY,
    'a.jsonl': call(1, 'list') + call(2, 'other') + call(3, 'other'),
    'a.aip-test.yaml':
      'policy: policy.yaml\ntraces: [a.jsonl]\ndefault: allow\ncases: [{ name: list, match: { tool: list }, expect: allow }]\n',
    'b.aip-test.yaml': 'policy: policy.yaml\ncalls: [{ name: inline, tool: list, expect: allow }]\n',
    'c.aip-test.yaml': 'policy: policy.yaml\ntrace: [x]\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a run tells; the clock goes on by `tick` milliseconds whenever it is read. */
function listen(options: TestOptions = {}, tick = 1) {
  let now = 0;
  const events: TestEvent[] = [];
  const listener = {
    now: () => {
      now += tick;
      return now;
    },
    onEvent: (event: TestEvent) => void events.push(event),
  };
  const report = runTests([folder], { ...options, listener });
  return { events, report };
}

function brief(event: TestEvent): string {
  switch (event.kind) {
    case 'run-started':
      return `${event.kind} ${event.files.length} files`;
    case 'file-started':
      return `${event.kind} ${event.file.slice(folder.length + 1)}`;
    case 'progress':
      return `${event.kind} ${event.calls} calls`;
    case 'failure':
      return `${event.kind} ${event.name} line ${event.failure.at.line}`;
    case 'case-finished':
      return `${event.kind} ${event.result.name} ${event.result.outcome}`;
    case 'file-finished':
      return `${event.kind} ${event.result.outcome}`;
    case 'done':
      return `${event.kind} ${event.report.outcome}`;
  }
}

describe('the events of a run', () => {
  it('tell its files, failures and cases in the order of the report', () => {
    const { events, report } = listen();
    expect(events.map(brief)).toEqual([
      'run-started 3 files',
      'file-started a.aip-test.yaml',
      'failure default line 2',
      'progress 3 calls',
      'case-finished list passed',
      'case-finished default failed',
      'file-finished failed',
      'file-started b.aip-test.yaml',
      'case-finished inline passed',
      'file-finished passed',
      'file-started c.aip-test.yaml',
      'file-finished failed',
      'done failed',
    ]);
    expect(events.at(-1)).toEqual({ at: expect.any(Number), kind: 'done', report });
    expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).toSorted((a, b) => a - b));
  });

  it('tell progress up to all bytes, and no more often than every tenth of a second', () => {
    for (let id = 4; id < 3000; id++) appendFileSync(join(folder, 'a.jsonl'), call(id, 'list'));
    const progressOf = (tick: number) => {
      const { events } = listen({}, tick);
      const [start] = events;
      const progress = events.filter((event) => event.kind === 'progress');
      expect(start?.kind === 'run-started' && start.bytes).toBe(progress.at(-1)?.bytes);
      expect(progress.at(-1)?.calls).toBe(2999);
      const gaps = progress.slice(1, -1).map((event, at) => event.at - (progress[at]?.at ?? 0));
      expect(Math.min(100, ...gaps)).toBe(100);
      return progress.length;
    };
    expect(progressOf(100)).toBeGreaterThan(20);
    expect(progressOf(1)).toBeLessThanOrEqual(3);
  });

  it('keep a count of the traces that are read again after an update', () => {
    const { events } = listen({ update: true });
    const counts = events.flatMap((event) => (event.kind === 'progress' ? [event.calls] : []));
    expect(counts.at(-1)).toBe(3);
  });
});

describe('runTestsInTurns', () => {
  it('comes to the same report', async () => {
    expect(await runTestsInTurns([folder], { coverage: true })).toEqual(
      runTests([folder], { coverage: true }),
    );
  });

  it('lets others have a turn, and ends when it is told to', async () => {
    for (let id = 4; id < 20_000; id++) appendFileSync(join(folder, 'a.jsonl'), call(id, 'list'));
    const controller = new AbortController();
    setImmediate(() => controller.abort(new Error('enough')));
    await expect(runTestsInTurns([folder], { signal: controller.signal })).rejects.toThrow('enough');
  });
});

it('plans what a run reads', () => {
  const plan = planTests([folder]).map(({ file, policy, traces, bytes }) => ({
    file: file.slice(folder.length + 1),
    policy: policy?.slice(folder.length + 1),
    traces: traces.map((trace) => trace.file.slice(folder.length + 1)),
    bytes,
  }));
  const size = call(1, 'list').length + call(2, 'other').length + call(3, 'other').length;
  expect(plan).toEqual([
    { file: 'a.aip-test.yaml', policy: 'policy.yaml', traces: ['a.jsonl'], bytes: size },
    { file: 'b.aip-test.yaml', policy: 'policy.yaml', traces: [], bytes: 0 },
    { file: 'c.aip-test.yaml', policy: undefined, traces: [], bytes: 0 },
  ]);
});
