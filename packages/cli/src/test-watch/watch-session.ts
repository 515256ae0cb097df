import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestOptions, type TestReport, TestRunnerError } from '@agentpolicy/test-runner';
import type { CommandContext } from '../context.ts';
import { createStore, type Store } from '../screens/store.ts';
import { renderCoverage } from '../test-report/coverage/formats.ts';
import type { TestRenderContext } from '../test-report/formats.ts';
import { runTestsVisibly } from '../test-run/run-tests.ts';
import { drawReport } from './draw-report.ts';
import { openFile } from './open-file.ts';
import {
  type RunEnd,
  startWatching,
  type WatchCommand,
  type WatchEvent,
  type WatchHappening,
  type WatchState,
} from './state.ts';
import { updateWatch } from './update.ts';
import { WatchPlan } from './watch-plan.ts';

/** What ends a run whose files have changed. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}

export interface WatchSettings {
  readonly paths: readonly string[];
  readonly policy: string | undefined;
  readonly filter: readonly string[];
  readonly jobs: number | undefined;
  readonly size: WatchState['size'];
  readonly render: TestRenderContext;
}

/** A watch at work: it runs what its state asks for, and tells its state what became of it. */
export class WatchSession {
  readonly store: Store<WatchState, WatchEvent>;
  /** Resolves once somebody has asked to quit. */
  readonly quit: Promise<void>;
  private readonly context: CommandContext;
  private readonly settings: WatchSettings;
  private readonly plan: WatchPlan;
  private coverageFile: string | null = null;
  private drawings = 0;
  private stopping: AbortController | null = null;
  private leave: () => void = () => undefined;

  /**
   * Starts to watch; `begin` runs all for the first time.
   * @throws TestRunnerError where the tests can't be found.
   */
  constructor(context: CommandContext, settings: WatchSettings) {
    this.context = context;
    this.settings = settings;
    const { paths, policy, size, filter } = settings;
    this.store = createStore(startWatching(size, filter, performance.now()), updateWatch, (command) =>
      this.carryOut(command),
    );
    this.quit = new Promise((resolve) => {
      this.leave = resolve;
    });
    this.plan = new WatchPlan({
      paths,
      policy,
      clock: () => performance.now(),
      onChange: (change) => this.send({ kind: 'planned', ...change }),
      onTrouble: (trouble) => this.send({ kind: 'trouble', trouble }),
    });
  }

  begin(): void {
    const { files } = this.plan;
    this.send({ kind: 'planned', files, changed: files, savedAt: null });
  }

  send(happening: WatchHappening): void {
    this.store.send({ now: performance.now(), ...happening });
  }

  /** Ends what goes on. */
  close(): void {
    this.stopping?.abort(new Stopped());
    this.plan.close();
  }

  private carryOut(command: WatchCommand): void {
    switch (command.kind) {
      case 'start':
        void this.run(command);
        return;
      case 'stop':
        this.stopping?.abort(new Stopped());
        return;
      case 'draw':
        void this.draw();
        return;
      case 'quit':
        this.leave();
    }
  }

  private async run({ run, mode, files, filter }: Extract<WatchCommand, { kind: 'start' }>): Promise<void> {
    const stopping = new AbortController();
    this.stopping = stopping;
    const { policy, jobs } = this.settings;
    const options: TestOptions = {
      ...(policy === undefined ? {} : { policy }),
      ...(filter.length === 0 ? {} : { filter }),
      ...(mode === 'update' ? { update: true } : {}),
      ...(mode === 'coverage' ? { coverage: true } : {}),
    };
    const listener = {
      now: () => performance.now(),
      onEvent: (event: Parameters<typeof this.tell>[1]) => this.tell(run, event),
    };
    let end: RunEnd = { kind: 'done' };
    if (mode === 'update') this.plan.pause();
    try {
      const settings = { quiet: true, jobs, listener, signal: stopping.signal };
      const report = await runTestsVisibly(this.context, files, options, settings);
      if (mode === 'coverage') await this.showCoverage(report);
    } catch (failure) {
      end = describeEnd(failure);
    }
    // What was written here is no change to answer.
    if (mode === 'update') this.plan.resume();
    this.send({ kind: 'ended', run, end });
  }

  private tell(run: number, event: Extract<WatchHappening, { kind: 'told' }>['event']): void {
    this.send({ kind: 'told', run, event });
  }

  private async draw(): Promise<void> {
    const drawing = ++this.drawings;
    const lines = await drawReport(this.store.read(), this.settings.render);
    if (drawing === this.drawings) this.send({ kind: 'drawn', lines });
  }

  private async showCoverage({ coverage }: TestReport): Promise<void> {
    const page = await renderCoverage('html', coverage, this.settings.render);
    this.coverageFile ??= join(mkdtempSync(join(tmpdir(), 'aip-coverage-')), 'coverage.html');
    const file = this.coverageFile;
    writeFileSync(file, page);
    const isOpen = await openFile(file, this.context.environment);
    this.send({ kind: 'notice', notice: `${isOpen ? 'opened' : 'coverage is in'} ${file}` });
  }
}

/** What a run ended by; a fault of this program is no end of a run. */
function describeEnd(failure: unknown): RunEnd {
  if (failure instanceof Stopped) return { kind: 'stopped' };
  if (failure instanceof TestRunnerError) return { kind: 'failed', error: failure.message };
  if (failure instanceof Error && 'code' in failure) return { kind: 'failed', error: failure.message };
  throw failure;
}
