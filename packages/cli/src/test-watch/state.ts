import type { SuiteResult, TestEvent } from '@agentpolicy/test-runner';
import type { Key } from '../screens/terminal/read-key.ts';
import type { RunView } from './run-view.ts';

/** `update` writes snapshots; `coverage` counts what the tests show and shows it as a page. */
export type RunMode = 'test' | 'update' | 'coverage';

/** A run that goes on. */
export interface Running {
  readonly run: number;
  readonly mode: RunMode;
  readonly files: readonly string[];
  /** When the first of the changes behind it was saved; null where nobody saved anything. */
  readonly savedAt: number | null;
  readonly finished: ReadonlySet<string>;
  readonly view: RunView;
}

/** What the last run came to. */
export interface Conclusion {
  readonly run: number;
  readonly mode: RunMode;
  readonly files: number;
  /** Milliseconds that it ran. */
  readonly took: number;
  /** Milliseconds from the save to the result; null where nobody saved anything. */
  readonly sinceSaved: number | null;
  /** Why it ended before its end. */
  readonly error: string | null;
}

/** What is known of a suite. */
export interface KeptResult {
  readonly latest: SuiteResult;
  /** The last result that came to be, where the latest could not: its policy or the suite can't be read. */
  readonly good: SuiteResult | null;
}

export interface WatchState {
  readonly size: { readonly columns: number; readonly rows: number };
  /** Milliseconds of a clock of which only differences count. */
  readonly now: number;
  /** All tests, in the report's order. */
  readonly plan: readonly string[];
  readonly results: ReadonlyMap<string, KeptResult>;
  /** Tests that are to be run. */
  readonly queue: ReadonlySet<string>;
  readonly queuedSave: number | null;
  readonly running: Running | null;
  readonly lastRun: number;
  /** Only cases whose name holds one of these; empty where all are wanted. */
  readonly filter: readonly string[];
  /** The filter while it is typed. */
  readonly typing: string | null;
  /** Whether it was asked if snapshots are to be written. */
  readonly isConfirming: boolean;
  readonly conclusion: Conclusion | null;
  /** Said once, until the next key. */
  readonly notice: string | null;
  /** Why changes are not seen, or tests not found; null where all is well. */
  readonly trouble: string | null;
  /** The report as it is shown; it may be painted. */
  readonly lines: readonly string[];
  /** Whether these lines are the latest results. */
  readonly isDrawn: boolean;
  /** First line that is shown. */
  readonly top: number;
}

export type WatchEvent = { readonly now: number } & WatchHappening;

export type WatchHappening =
  /** The tests that there are, and those of them that a save touches. */
  | {
      readonly kind: 'planned';
      readonly files: readonly string[];
      readonly changed: readonly string[];
      readonly savedAt: number | null;
    }
  | { readonly kind: 'told'; readonly run: number; readonly event: TestEvent }
  | { readonly kind: 'ended'; readonly run: number; readonly end: RunEnd }
  | { readonly kind: 'drawn'; readonly lines: readonly string[] }
  | { readonly kind: 'notice'; readonly notice: string }
  | { readonly kind: 'trouble'; readonly trouble: string | null }
  | { readonly kind: 'key'; readonly key: Key }
  | { readonly kind: 'resized'; readonly size: WatchState['size'] }
  | { readonly kind: 'tick' };

export type RunEnd =
  | { readonly kind: 'done' }
  /** It was asked to stop, since what it reads has changed. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly error: string };

export type WatchCommand =
  | {
      readonly kind: 'start';
      readonly run: number;
      readonly mode: RunMode;
      readonly files: readonly string[];
      readonly filter: readonly string[];
    }
  | { readonly kind: 'stop'; readonly run: number }
  /** The report is to be drawn anew. */
  | { readonly kind: 'draw' }
  | { readonly kind: 'quit' };

/** Watches nothing yet. */
export function startWatching(size: WatchState['size'], filter: readonly string[], now: number): WatchState {
  return {
    size,
    now,
    plan: [],
    results: new Map(),
    queue: new Set(),
    queuedSave: null,
    running: null,
    lastRun: 0,
    filter,
    typing: null,
    isConfirming: false,
    conclusion: null,
    notice: null,
    trouble: null,
    lines: [],
    isDrawn: false,
    top: 0,
  };
}

/** The results in the order of the plan, as far as there are some. */
export function listResults({ plan, results }: WatchState): readonly KeptResult[] {
  return plan.flatMap((file) => results.get(file) ?? []);
}
