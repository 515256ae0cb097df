import { TestRunnerError } from '../errors/test-runner-error.ts';
import type { PlannedTest } from '../suite/plan-tests.ts';
import {
  countFailures,
  type FinishedTest,
  finishRun,
  finishTest,
  planRun,
  runPlanInTurns,
  startRun,
  type TestOptions,
} from '../suite/run-tests.ts';
import type { SuitePart } from '../suite/suite-part.ts';
import { Teller } from '../suite/test-events.ts';
import type { TestReport } from '../suite/test-report.ts';
import type { PartMessage, PartTask } from './run-part-task.ts';
import { splitTests, type TestPart } from './split-tests.ts';

/** Another thread that runs one task after the other with runPartTask. */
export interface PartWorker {
  /** Runs a task; every message but the last is told, and the last one is the result. Rejects where the thread ends. */
  run(task: PartTask, tell: (message: PartMessage) => void): Promise<PartMessage>;
  /** Ends the thread, also in the middle of a task. */
  close(): void;
}

export interface JobOptions extends TestOptions {
  /** How many workers may run at once. */
  readonly jobs: number;
  /** Fewer workers are started where each of them would have less than this to read, in bytes. */
  readonly bytesOfAJob?: number;
  readonly startWorker: () => PartWorker;
  /** Once it is aborted the run ends with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * As runTestsInTurns, with the traces shared out among workers. The report is the same, to the byte, as that of one
 * thread; where several tests can't be read, the error is that of the first one. Snapshots are written by one thread.
 * @throws TestRunnerError as runTests does.
 */
export async function runTestsInJobs(paths: readonly string[], options: JobOptions): Promise<TestReport> {
  const plan = planRun(paths, options);
  const parts = splitTests(plan, options.jobs);
  const workers = countWorkers(parts, options);
  return workers <= 1 ? runPlanInTurns(plan, options) : new JobRun(plan, parts, options).run(workers);
}

function countWorkers(
  parts: readonly TestPart[],
  { jobs, bytesOfAJob = 0, update = false }: JobOptions,
): number {
  if (update) return 1;
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const worthwhile = bytesOfAJob === 0 ? jobs : Math.floor(bytes / bytesOfAJob);
  return Math.min(jobs, parts.length, worthwhile);
}

/** The parts of one test. */
interface Gathered {
  started: boolean;
  /** By their order; undefined where one is not there yet. */
  readonly parts: (SuitePart | undefined)[];
  missing: number;
  finished: FinishedTest | undefined;
  /** Of the first part that could not be read to its end. */
  refusal: { readonly order: number; readonly error: TestRunnerError } | undefined;
}

class JobRun {
  private readonly plan: readonly PlannedTest[];
  private readonly queue: (TestPart & { readonly order: number })[];
  private readonly options: JobOptions;
  private readonly teller: Teller;
  private readonly gathered: readonly Gathered[];

  constructor(plan: readonly PlannedTest[], parts: readonly TestPart[], options: JobOptions) {
    this.plan = plan;
    this.options = options;
    this.teller = new Teller(options.listener);
    this.gathered = plan.map(() => ({
      started: false,
      parts: [],
      missing: 0,
      finished: undefined,
      refusal: undefined,
    }));
    this.queue = parts.map((part) => {
      const gathered = this.gathered[part.test];
      const order = gathered?.parts.length ?? 0;
      if (gathered !== undefined) {
        gathered.parts.push(undefined);
        gathered.missing++;
      }
      return { ...part, order };
    });
    // The long ones first, so that nobody waits for the last; where a run may end early, its order counts.
    if (options.bail === undefined) this.queue.sort((a, b) => b.bytes - a.bytes);
  }

  async run(count: number): Promise<TestReport> {
    const { plan, teller, options, queue } = this;
    startRun(plan, teller);
    plan.forEach((test, at) => {
      if (test.suite === null) this.finish(at);
    });
    const { signal, startWorker } = options;
    const workers = Array.from({ length: count }, startWorker);
    const stop = (): void => {
      queue.length = 0;
      for (const worker of workers) worker.close();
    };
    signal?.addEventListener('abort', stop);
    try {
      await Promise.all(workers.map((worker) => this.serve(worker)));
    } catch (failure) {
      signal?.throwIfAborted();
      throw failure;
    } finally {
      signal?.removeEventListener('abort', stop);
      stop();
    }
    signal?.throwIfAborted();
    const finished = this.listFinished();
    // One thread would have come to this test, and no further.
    const refusal = this.hasFailedEnough(finished) ? undefined : this.gathered[finished.length]?.refusal;
    if (refusal !== undefined) throw refusal.error;
    return finishRun(plan, finished, options, teller);
  }

  /** Gives a worker one part after the other. */
  private async serve(worker: PartWorker): Promise<void> {
    for (let part = this.queue.shift(); part !== undefined; part = this.queue.shift()) {
      const { file } = this.plan[part.test] ?? { file: '' };
      this.start(part.test);
      const { filter = [], coverage = false, policy = null } = this.options;
      const { traces, withCalls } = part;
      const task = { file, policy, part: { traces, withCalls, filter, coverage, update: false } };
      const message = await worker.run(task, (each) => this.hear(file, each));
      if (message.kind === 'done') this.take(part.test, part.order, message.part);
      else if (message.kind === 'refused')
        this.refuse(part.test, part.order, new TestRunnerError(message.code, message.message));
      if (this.hasFailedEnough(this.listFinished())) this.queue.length = 0;
    }
  }

  private start(test: number): void {
    const gathered = this.gathered[test];
    const planned = this.plan[test];
    if (gathered === undefined || planned === undefined || gathered.started) return;
    gathered.started = true;
    this.teller.tell({ kind: 'file-started', file: planned.file, bytes: planned.bytes });
  }

  private hear(file: string, message: PartMessage): void {
    if (message.kind === 'progress') this.teller.advance(file, message);
    else if (message.kind === 'failure')
      this.teller.tell({ kind: 'failure', file, name: message.name, failure: message.failure });
  }

  private take(test: number, order: number, part: SuitePart): void {
    const gathered = this.gathered[test];
    if (gathered === undefined) return;
    gathered.parts[order] = part;
    gathered.missing--;
    if (gathered.missing === 0) this.finish(test);
  }

  private refuse(test: number, order: number, error: TestRunnerError): void {
    const gathered = this.gathered[test];
    if (gathered === undefined) return;
    if (gathered.refusal === undefined || gathered.refusal.order > order) gathered.refusal = { order, error };
  }

  private finish(test: number): void {
    const gathered = this.gathered[test];
    const planned = this.plan[test];
    if (gathered === undefined || planned === undefined) return;
    this.start(test);
    const parts = gathered.parts.filter((part) => part !== undefined);
    gathered.finished = finishTest(planned, parts, this.options);
    // What was joined is not held twice.
    gathered.parts.length = 0;
    this.teller.finish(planned.file, gathered.finished.result);
  }

  /** The first tests of the plan, up to the one with which enough have failed. */
  private listFinished(): readonly FinishedTest[] {
    const finished: FinishedTest[] = [];
    for (const each of this.gathered) {
      if (each.finished === undefined || this.hasFailedEnough(finished)) break;
      finished.push(each.finished);
    }
    return finished;
  }

  private hasFailedEnough(finished: readonly FinishedTest[]): boolean {
    const { bail } = this.options;
    if (bail === undefined) return false;
    return finished.reduce((sum, { result }) => sum + countFailures(result), 0) >= bail;
  }
}
