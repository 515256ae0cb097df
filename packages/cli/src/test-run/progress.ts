import type { TestEvent, TestListener } from '@agentpolicy/test-runner';

/** Where progress is shown: standard error. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** How far a run is. */
export interface RunProgress {
  readonly calls: number;
  readonly bytes: number;
  /** Bytes of all traces. */
  readonly total: number;
  readonly elapsedMs: number;
}

/** A run that is over by then shows nothing. */
const FIRST_MS = 500;

/** A log is told so often. */
const LOG_MS = 10_000;

const CLEAR_LINE = '\r\u001b[K';

/** A listener that shows progress; `end` takes it off the screen, whatever became of the run. */
export interface Progress extends TestListener {
  end(): void;
}

/**
 * Shows how far a long run is: to a person in one line that is drawn anew, with an estimate; to a log in a line every
 * ten seconds.
 */
export function createProgress(stream: ProgressStream, now: () => number): Progress {
  const isWatched = stream.isTTY === true;
  const start = now();
  let total = 0;
  let due = start + (isWatched ? FIRST_MS : LOG_MS);
  let isDrawn = false;

  function show({ at, calls, bytes }: Extract<TestEvent, { kind: 'progress' }>): void {
    if (at < due) return;
    const text = formatProgress({ calls, bytes, total, elapsedMs: at - start });
    if (isWatched) {
      stream.write(`${CLEAR_LINE}${text.slice(0, Math.max(0, (stream.columns ?? 80) - 1))}`);
      isDrawn = true;
    } else {
      stream.write(`aip: ${text}\n`);
      due = at + LOG_MS;
    }
  }

  function end(): void {
    if (isDrawn) stream.write(CLEAR_LINE);
    isDrawn = false;
  }

  return {
    now,
    onEvent(event) {
      if (event.kind === 'run-started') total = event.bytes;
      else if (event.kind === 'progress') show(event);
      else if (event.kind === 'done') end();
    },
    end,
  };
}

/** For example `replayed 40 % of 2.0 GiB, 1,200,000 calls, 120,000 a second, about 15 s left`. */
export function formatProgress({ calls, bytes, total, elapsedMs }: RunProgress): string {
  const part = total === 0 ? 0 : Math.min(1, bytes / total);
  const rate = elapsedMs > 0 ? Math.round((calls / elapsedMs) * 1000) : 0;
  const left = part > 0 ? (elapsedMs / part) * (1 - part) : Number.NaN;
  const parts = [
    `replayed ${Math.floor(part * 100)} % of ${formatBytes(total)}`,
    `${formatCount(calls)} calls`,
    `${formatCount(rate)} a second`,
    ...(Number.isNaN(left) ? [] : [`about ${formatSeconds(left)} left`]),
  ];
  return parts.join(', ');
}

function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'] as const;
  const power = Math.min(units.length, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(1)} ${units[power - 1] ?? 'TiB'}`;
}

function formatSeconds(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
