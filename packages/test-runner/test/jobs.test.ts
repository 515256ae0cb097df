import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type JobOptions,
  type PartMessage,
  type PartTask,
  type PartWorker,
  runPartTask,
  runTests,
  runTestsInJobs,
  type TestEvent,
  type TestOptions,
  TestRunnerError,
} from '../src/index.ts';
import { splitTests } from '../src/jobs/split-tests.ts';
import type { PlannedTest } from '../src/suite/plan-tests.ts';

const POLICY = `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata: { name: jobs }
spec:
  allowed_tools: [list]
  tool_rules:
    - { tool: read, allow_args: { path: ^/tmp/ } }
    - { tool: slow, rate_limit: 2/minute }
  dlp: { patterns: [{ name: Key, regex: 'key-[0-9]+' }] }
`;

const TOOLS = ['list', 'read', 'slow', 'other'];

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aip-jobs-'));
  write('policy.yaml', POLICY);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

/** A worker that shares nothing but data: what goes in and out is cloned, as between threads. */
function startWorker(delays: () => number): PartWorker {
  return {
    async run(task: PartTask, tell: (message: PartMessage) => void): Promise<PartMessage> {
      const messages: PartMessage[] = [];
      let now = 0;
      runPartTask(
        structuredClone(task),
        () => {
          now += 30;
          return now;
        },
        (message) => void messages.push(structuredClone(message)),
      );
      for (let turns = delays(); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
      const last = messages.pop();
      messages.forEach(tell);
      if (last === undefined) throw new Error('a task without a result');
      return last;
    },
    close() {},
  };
}

function inJobs(options: Partial<JobOptions> = {}, delays: () => number = () => 0) {
  return runTestsInJobs([folder], { jobs: 3, startWorker: () => startWorker(delays), ...options });
}

const call = (id: number, tool: string): string =>
  `{"session_id":"s","direction":"c2s","raw":{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"${tool}","arguments":{"path":"/tmp/${id}"}}}}\n` +
  `{"session_id":"s","direction":"s2c","raw":{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"text","text":"key-${id}"}]}}}\n`;

/** A trace of so many bytes at least: parts are cut between traces, and none is smaller than 4 MiB. */
function makeTrace(tools: readonly number[], padding: number): string {
  const lines = tools.map((tool, id) => call(id, TOOLS[tool] ?? 'list')).join('');
  return `${lines}{"direction":"stderr","text":"${'x'.repeat(padding)}"}\n`;
}

describe('runTestsInJobs', () => {
  it('comes to the report of one thread, whoever is done first', async () => {
    const traces = fc.array(fc.array(fc.nat(3), { maxLength: 6 }), { minLength: 1, maxLength: 3 });
    const options = fc.record({
      coverage: fc.boolean(),
      bail: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      filter: fc.constantFrom(undefined, ['default'], ['l']),
      shard: fc.constantFrom(undefined, { index: 1, count: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(traces, { minLength: 1, maxLength: 4 }),
        options,
        fc.infiniteStream(fc.nat(3)),
        async (suites, wanted, delays) => {
          rmSync(folder, { recursive: true });
          folder = mkdtempSync(join(tmpdir(), 'aip-jobs-'));
          write('policy.yaml', POLICY);
          suites.forEach((each, at) => {
            for (const [part, tools] of each.entries())
              write(`${at}-${part}.jsonl`, makeTrace(tools, 2_500_000));
            const names = each.map((_, part) => `${at}-${part}.jsonl`).join(', ');
            const cases = `default: { redacted: [Key] }\ncases: [{ name: list, match: { tool: list }, expect: allow }]\n`;
            write(
              `${at}.aip-test.yaml`,
              `policy: policy.yaml\ntraces: [${names}]\n${cases}snapshot: { 0-0.jsonl: ["1 list -> allow"] }\ncalls: [{ name: l, tool: other, expect: block }]\n`,
            );
          });
          const { coverage, ...rest } = wanted;
          const given: TestOptions = Object.fromEntries(
            Object.entries({ coverage, ...rest }).filter(([, value]) => value !== undefined),
          );
          const report = await inJobs(given, () => delays.next().value);
          expect(JSON.stringify(report)).toBe(JSON.stringify(runTests([folder], given)));
        },
      ),
      { numRuns: 30 },
    );
  }, 60_000);

  it('tells every start, failure and end, and progress up to all bytes', async () => {
    for (const at of [0, 1]) {
      write(`${at}.jsonl`, makeTrace([3, 0, 1], 5_000_000));
    }
    write('a.aip-test.yaml', 'policy: policy.yaml\ntraces: [0.jsonl, 1.jsonl]\ndefault: allow\n');
    write('b.aip-test.yaml', 'policy: policy.yaml\ncalls: [{ tool: list, expect: allow }]\n');
    write('c.aip-test.yaml', 'policy: absent\ntraces: oops\n');
    const events: TestEvent[] = [];
    let now = 0;
    const listener = {
      now: () => {
        now += 200;
        return now;
      },
      onEvent: (event: TestEvent) => void events.push(event),
    };
    const report = await inJobs({ listener });
    expect(report.outcome).toBe('failed');
    const kinds = (kind: TestEvent['kind']) => events.filter((event) => event.kind === kind).length;
    expect(events[0]?.kind).toBe('run-started');
    expect(events.at(-1)?.kind).toBe('done');
    expect([kinds('file-started'), kinds('file-finished'), kinds('case-finished')]).toEqual([3, 3, 2]);
    // The default fails in either trace.
    expect(kinds('failure')).toBe(2);
    const last = events.findLast((event) => event.kind === 'progress');
    const bytes =
      report.suites.flatMap(({ traces }) => traces).length * makeTrace([3, 0, 1], 5_000_000).length;
    expect(last).toMatchObject({ calls: 6, bytes });
  });

  it('throws what one thread would throw', async () => {
    write('good.jsonl', makeTrace([0], 0));
    write('a.aip-test.yaml', 'policy: policy.yaml\ncalls: [{ tool: list, expect: block }]\n');
    write('b.aip-test.yaml', 'policy: policy.yaml\ntraces: [good.jsonl]\ndefault: allow\n');
    const startRefusing = (): PartWorker => {
      const worker = startWorker(() => 0);
      const refused = { kind: 'refused', code: 'not-readable', message: 'the disk is gone' } as const;
      return {
        ...worker,
        run: async (task, tell) => (task.file.includes('b.aip') ? refused : worker.run(task, tell)),
      };
    };
    const options = { startWorker: startRefusing };
    await expect(inJobs(options)).rejects.toThrow(new TestRunnerError('not-readable', 'the disk is gone'));
    // One thread would have stopped before it came there.
    const report = await inJobs({ ...options, bail: 1 });
    expect(report.suites.map(({ outcome }) => outcome)).toEqual(['failed']);
    expect(report.notRun).toEqual([join(folder, 'b.aip-test.yaml')]);
  });

  it('ends when it is told to, and when a worker dies', async () => {
    for (const name of ['a', 'b', 'c'])
      write(`${name}.aip-test.yaml`, 'policy: policy.yaml\ncalls: [{ tool: list, expect: allow }]\n');
    const controller = new AbortController();
    const closed: number[] = [];
    const startEndless = (): PartWorker => {
      let end: (reason: Error) => void = () => {};
      return {
        run: () =>
          new Promise((_, reject) => {
            end = reject;
            setImmediate(() => controller.abort(new Error('enough')));
          }),
        close: () => {
          closed.push(1);
          end(new Error('closed'));
        },
      };
    };
    await expect(inJobs({ startWorker: startEndless, signal: controller.signal })).rejects.toThrow('enough');
    expect(closed.length).toBeGreaterThanOrEqual(3);
    const startDying = (): PartWorker => ({ run: async () => Promise.reject(new Error('died')), close() {} });
    await expect(inJobs({ startWorker: startDying })).rejects.toThrow('died');
  });

  it('starts no worker that is not worth it', async () => {
    write('a.aip-test.yaml', 'policy: policy.yaml\ncalls: [{ tool: list, expect: allow }]\n');
    write('b.aip-test.yaml', 'policy: policy.yaml\ncalls: [{ tool: list, expect: allow }]\n');
    const startNone = (): PartWorker => {
      throw new Error('a worker was started');
    };
    const options = { startWorker: startNone };
    expect((await inJobs({ ...options, bytesOfAJob: 1000 })).outcome).toBe('passed');
    expect((await inJobs({ ...options, jobs: 1 })).outcome).toBe('passed');
    expect((await inJobs({ ...options, update: true })).outcome).toBe('passed');
    await expect(inJobs(options)).rejects.toThrow('a worker was started');
  });
});

describe('splitTests', () => {
  it('gives every trace to one part, in order, and calls to the first', () => {
    const size = fc.integer({ min: 0, max: 20_000_000 });
    fc.assert(
      fc.property(
        fc.array(fc.array(size, { maxLength: 8 }), { maxLength: 5 }),
        fc.integer({ min: 1, max: 8 }),
        (tests, workers) => {
          const plan = tests.map((sizes, at): PlannedTest => {
            const traces = sizes.map((bytes, trace) => ({ file: `${at}/${trace}`, bytes }));
            const place = { file: '', line: 1 };
            const suite = {
              file: `${at}`,
              policy: { path: 'p', place },
              traces: [],
              environment: { home: '', cwd: '', foldCase: false, ownFiles: [], filterTools: true },
              approvals: null,
              fallback: null,
              cases: [],
              calls: [],
              snapshot: null,
            };
            const bytes = sizes.reduce((sum, each) => sum + each, 0);
            return { file: `${at}`, policy: 'p', traces, bytes, suite, problems: [], text: '' };
          });
          const parts = splitTests(plan, workers);
          plan.forEach(({ traces }, at) => {
            const own = parts.filter(({ test }) => test === at);
            expect(own.flatMap((part) => part.traces)).toEqual(traces.map(({ file }) => file));
            expect(own.map(({ withCalls }) => withCalls)).toEqual(own.map((_, index) => index === 0));
            expect(own.length).toBeGreaterThan(0);
          });
        },
      ),
    );
  });
});
