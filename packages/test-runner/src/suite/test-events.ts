import type { SuiteProgress } from './run-suite.ts';
import type { CallFailure, CaseResult, SuiteResult, TestReport } from './test-report.ts';

/**
 * What happens while tests run. Everything is data. `at` is the listener's time in milliseconds.
 *
 * A run starts with `run-started` and ends with `done`. Each file starts, fails where it does, finishes its cases and
 * finishes; with several jobs the files overlap. What a report finally has of a file, its `file-finished` tells.
 */
export type TestEvent = { readonly at: number } & TestHappening;

export type TestHappening =
  /** The suites of the run, and how many bytes all of their traces have. */
  | { readonly kind: 'run-started'; readonly files: readonly string[]; readonly bytes: number }
  /** A suite, or a trace that is named itself. */
  | { readonly kind: 'file-started'; readonly file: string; readonly bytes: number }
  /** How far the whole run is: calls judged and bytes read of all traces. Told at most every 100 ms. */
  | { readonly kind: 'progress'; readonly file: string; readonly calls: number; readonly bytes: number }
  /** The first failure of a case in a file, as soon as it is found; with several jobs the first in a trace. */
  | {
      readonly kind: 'failure';
      readonly file: string;
      readonly name: string;
      readonly failure: CallFailure;
    }
  | { readonly kind: 'case-finished'; readonly file: string; readonly result: CaseResult }
  | { readonly kind: 'file-finished'; readonly file: string; readonly result: SuiteResult }
  | { readonly kind: 'done'; readonly report: TestReport };

/** Who wants to know what happens while tests run. */
export interface TestListener {
  /** Milliseconds, for `at` and for how often progress is told. */
  readonly now: () => number;
  readonly onEvent: (event: TestEvent) => void;
}

/** Progress is told at most so often, in milliseconds. */
const PROGRESS_MS = 100;

/** Tells a listener, where there is one, and adds up how far the run is. */
export class Teller {
  private readonly listener: TestListener | undefined;
  private calls = 0;
  private bytes = 0;
  private untold = false;
  private toldAt = Number.NEGATIVE_INFINITY;

  constructor(listener: TestListener | undefined) {
    this.listener = listener;
  }

  tell(happening: TestHappening): void {
    const { listener } = this;
    if (listener !== undefined) listener.onEvent({ at: listener.now(), ...happening });
  }

  /** Something more of a file was done. */
  advance(file: string, { calls, bytes }: SuiteProgress): void {
    const { listener } = this;
    if (listener === undefined) return;
    this.calls += calls;
    this.bytes += bytes;
    this.untold = true;
    if (listener.now() - this.toldAt >= PROGRESS_MS) this.tellProgress(file, listener);
  }

  /** A file is done: its cases are told, and how far the run is. */
  finish(file: string, result: SuiteResult): void {
    const { listener } = this;
    if (listener === undefined) return;
    if (this.untold) this.tellProgress(file, listener);
    for (const each of result.cases) this.tell({ kind: 'case-finished', file, result: each });
    this.tell({ kind: 'file-finished', file, result });
  }

  private tellProgress(file: string, { now, onEvent }: TestListener): void {
    const at = now();
    this.toldAt = at;
    this.untold = false;
    onEvent({ at, kind: 'progress', file, calls: this.calls, bytes: this.bytes });
  }
}
