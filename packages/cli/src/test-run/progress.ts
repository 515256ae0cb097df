import type { TestListener } from '@agentpolicy/test-runner';

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

/** The first calls are the slowest: what they took tells nothing of the others. */
const ENOUGH_TO_ESTIMATE = 0.01;

/** A person sees no more pictures than this tells. */
const REDRAW_MS = 100;

const CLEAR_LINE = '\r\u001b[K';

/** A listener that shows progress; `end` takes it off the screen, whatever became of the run. */
export interface Progress extends TestListener {
  end(): void;
}

/** Shows one text after the other in the same place, or, in a log, seldom enough to be read. */
interface ProgressLine {
  show(at: number, describe: () => string): void;
  end(): void;
}

function createProgressLine(stream: ProgressStream, start: number): ProgressLine {
  const isWatched = stream.isTTY === true;
  let due = start + (isWatched ? FIRST_MS : LOG_MS);
  let isDrawn = false;
  return {
    show(at, describe) {
      if (at < due) return;
      if (isWatched) {
        stream.write(`${CLEAR_LINE}${describe().slice(0, widthOf(stream) - 1)}`);
        isDrawn = true;
        due = at + REDRAW_MS;
      } else {
        stream.write(`aip: ${describe()}\n`);
        due = at + LOG_MS;
      }
    },
    end() {
      if (isDrawn) stream.write(CLEAR_LINE);
      isDrawn = false;
    },
  };
}

/** Some terminals do not say how wide they are, or say 0. */
function widthOf({ columns = 0 }: ProgressStream): number {
  return columns > 0 ? columns : 80;
}

/**
 * Shows how far a long run is: to a person in one line that is drawn anew, with an estimate; to a log in a line every
 * ten seconds.
 */
export function createProgress(stream: ProgressStream, now: () => number): Progress {
  const start = now();
  const line = createProgressLine(stream, start);
  let total = 0;
  return {
    now,
    onEvent(event) {
      if (event.kind === 'run-started') total = event.bytes;
      else if (event.kind === 'done') line.end();
      else if (event.kind === 'progress') {
        const { at, calls, bytes } = event;
        line.show(at, () => formatProgress({ calls, bytes, total, elapsedMs: at - start }));
      }
    },
    end: line.end,
  };
}

/** Shows how many mistakes in policies were tried, in the same way. */
export function createMutationProgress(stream: ProgressStream, now: () => number) {
  const start = now();
  const line = createProgressLine(stream, start);
  return {
    onProgress(done: number, total: number): void {
      const at = now();
      line.show(at, () => {
        const left = formatSeconds(((at - start) / done) * (total - done));
        return `tried ${formatCount(done)} of ${formatCount(total)} mistakes, about ${left} left`;
      });
    },
    end: line.end,
  };
}

/** For example `replayed 40 % of 2.0 GiB, 1,200,000 calls, 120,000 a second, about 15 s left`. */
export function formatProgress({ calls, bytes, total, elapsedMs }: RunProgress): string {
  const part = total === 0 ? 0 : Math.min(1, bytes / total);
  const rate = elapsedMs > 0 ? Math.round((calls / elapsedMs) * 1000) : 0;
  const left = part >= ENOUGH_TO_ESTIMATE ? (elapsedMs / part) * (1 - part) : Number.NaN;
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
