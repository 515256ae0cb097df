// How much faster two threads replay a corpus of traces than one: the same suite, the same report, each run in a
// process of its own.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import {
  type PartMessage,
  type PartTask,
  type PartWorker,
  runPartTask,
  runTestsInJobs,
} from '@agentpolicy/test-runner';
import { makeCall, makePolicy } from './policies.ts';

const ROLE = 'bench-test-worker';
const TOOLS = 10;
const TRACES = 8;
const CALLS = 40_000;
const SESSION_CALLS = 1000;
const ROUNDS = 5;

/** In milliseconds. On a busy machine only the time of computing, which all threads add to, tells what threads cost. */
interface Taken {
  readonly wall: number;
  readonly computing: number;
}

const [, , folder, jobs] = process.argv;
if (!isMainThread) serve();
else if (folder !== undefined) await runOnce(folder, Number(jobs));
else measureJobs();

function serve(): void {
  if (workerData !== ROLE) return;
  parentPort?.on('message', (task: PartTask) =>
    runPartTask(
      task,
      () => performance.now(),
      (message) => parentPort?.postMessage(message),
    ),
  );
}

function startWorker(): PartWorker {
  const worker = new Worker(new URL(import.meta.url), { workerData: ROLE });
  return {
    run: (task, tell) =>
      new Promise((resolve, reject) => {
        const hear = (message: PartMessage): void => {
          if (message.kind !== 'done' && message.kind !== 'refused') {
            tell(message);
            return;
          }
          worker.off('message', hear).off('error', reject);
          resolve(message);
        };
        worker.on('message', hear).on('error', reject);
        worker.postMessage(task);
      }),
    close: () => void worker.terminate(),
  };
}

/** Runs the suite in a folder and prints what it took, as JSON. */
async function runOnce(folder: string, jobs: number): Promise<void> {
  const start = performance.now();
  const report = await runTestsInJobs([folder], { jobs, startWorker });
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage();
  if (report.outcome !== 'passed') throw new Error('the benchmark replays allowed calls');
  console.log(JSON.stringify({ wall, computing: (user + system) / 1000 }));
}

function makeTrace(): string {
  const lines: string[] = [];
  for (let at = 0; at < CALLS; at++) {
    const { name, args } = makeCall(at % TOOLS);
    const session = `s${Math.floor(at / SESSION_CALLS)}`;
    const envelope = (direction: string, raw: unknown): string =>
      JSON.stringify({ session_id: session, direction, raw });
    const message = { jsonrpc: '2.0', id: at % SESSION_CALLS };
    lines.push(
      envelope('c2s', { ...message, method: 'tools/call', params: { name, arguments: args } }),
      envelope('s2c', { ...message, result: { content: [{ type: 'text', text: `${at} rows` }] } }),
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Runs with one thread and with two in turns, so that a busy machine disturbs both alike. */
function measureJobs(): void {
  const folder = mkdtempSync(join(tmpdir(), 'aip-bench-jobs-'));
  try {
    const trace = makeTrace();
    const names = Array.from({ length: TRACES }, (_, at) => `${at}.jsonl`);
    for (const name of names) writeFileSync(join(folder, name), trace);
    writeFileSync(join(folder, 'policy.json'), JSON.stringify(makePolicy(TOOLS)));
    const suite = `policy: policy.json\ntraces: [${names.join(', ')}]\ndefault: allow\n`;
    writeFileSync(join(folder, 'all.aip-test.yaml'), suite);
    const times = new Map<number, Taken[]>([1, 2].map((jobs) => [jobs, []]));
    for (let round = 0; round < ROUNDS; round++)
      for (const [jobs, taken] of times) taken.push(runInProcess(folder, jobs));
    printTimes(times);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runInProcess(folder: string, jobs: number): Taken {
  const args = [fileURLToPath(import.meta.url), folder, `${jobs}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

function printTimes(times: ReadonlyMap<number, readonly Taken[]>): void {
  const median = (jobs: number, what: keyof Taken): number =>
    (times.get(jobs) ?? []).map((taken) => taken[what]).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ??
    Number.NaN;
  console.log(
    `\n${TRACES} traces of ${CALLS.toLocaleString('en-US')} calls with their answers, start of threads included`,
  );
  for (const jobs of times.keys()) {
    const wall = median(jobs, 'wall');
    const rate = Math.round((TRACES * CALLS * 1000) / wall).toLocaleString('en-US');
    const computing = median(jobs, 'computing').toFixed(0);
    console.log(
      `  --jobs ${jobs}  ${wall.toFixed(0).padStart(6)} ms  ${(median(1, 'wall') / wall).toFixed(2)}x as fast  ` +
        `${rate.padStart(9)} calls/s  ${computing.padStart(6)} ms of computing`,
    );
  }
}
