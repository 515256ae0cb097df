import type { TestEvent } from '@agentpolicy/test-runner';

/** As many failures are kept of a run that goes on. */
const MAX_FAILURES = 20;

/** What is known of a run while it goes on. */
export interface RunView {
  /** When it started; milliseconds of the listener's clock. */
  readonly startedAt: number;
  /** How many files it has. */
  readonly total: number;
  /** Bytes of all traces. */
  readonly totalBytes: number;
  readonly running: readonly string[];
  readonly finished: number;
  readonly passed: number;
  readonly failed: number;
  readonly calls: number;
  readonly bytes: number;
  /** The last ones, oldest first. */
  readonly failures: readonly RunFailure[];
}

export interface RunFailure {
  readonly file: string;
  readonly name: string;
  /** What was expected and what came; empty where that is not known. */
  readonly detail: string;
}

/** A run that has not begun. */
export function startRunView(startedAt: number): RunView {
  return {
    startedAt,
    total: 0,
    totalBytes: 0,
    running: [],
    finished: 0,
    passed: 0,
    failed: 0,
    calls: 0,
    bytes: 0,
    failures: [],
  };
}

/** What an event of the run does to what is known of it. */
export function followRun(view: RunView, event: TestEvent): RunView {
  switch (event.kind) {
    case 'run-started':
      return { ...view, total: event.files.length, totalBytes: event.bytes };
    case 'file-started':
      return { ...view, running: [...view.running, event.file] };
    case 'progress':
      return { ...view, calls: event.calls, bytes: event.bytes };
    case 'failure': {
      const [mismatch] = event.failure.mismatches;
      const detail =
        mismatch === undefined ? '' : `${mismatch.what}: expected ${mismatch.expected}, got ${mismatch.got}`;
      const failure = { file: event.file, name: event.name, detail };
      return { ...view, failures: [...view.failures, failure].slice(-MAX_FAILURES) };
    }
    case 'case-finished': {
      const isPassed = event.result.outcome === 'passed';
      return isPassed ? { ...view, passed: view.passed + 1 } : { ...view, failed: view.failed + 1 };
    }
    case 'file-finished':
      return {
        ...view,
        running: view.running.filter((file) => file !== event.file),
        finished: view.finished + 1,
      };
    case 'done':
      return view;
  }
}
