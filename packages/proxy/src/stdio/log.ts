import type { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { formatOwnLine, formatServerLine } from './json-lines.ts';

const PREFIX = '[aip-proxy] ';

/** Beyond this many bytes that nobody takes, lines are counted instead of kept. */
const MAX_WAITING = 1 << 20;

/** Standard error: the proxy's own lines and what the server says there. Never holds up a message. */
export interface Log {
  /** Writes one line of the proxy's, on a line of its own. */
  line(text: string): void;
  /** Writes what is not the proxy's own: as it is, or each line as a record of its own. */
  raw(text: string | Uint8Array): void;
  /** Until `release`, lines are gathered and written at once. */
  hold(): void;
  release(): void;
  /** Nobody takes what is written: whoever can should wait for `drained`. */
  isFull(): boolean;
  /** Resolves once there is room again. */
  drained(): Promise<void>;
}

export interface LogOptions {
  /** What the log's own lines start with. */
  readonly prefix?: string;
  /** Every line is a JSON object, with the time. */
  readonly json?: { readonly now: () => Date };
}

/** A log whose reader may be slow or gone: what does not fit is dropped, counted, and the count is told. */
export function createLog(stream: Writable, { prefix = PREFIX, json }: LogOptions = {}): Log {
  return new StreamLog(stream, json === undefined ? textForm(prefix) : jsonForm(json.now));
}

/** How a log is written. */
interface LogForm {
  readonly own: (text: string, atStart: boolean) => string;
  readonly other: (text: string | Uint8Array) => string | Uint8Array;
}

function textForm(prefix: string): LogForm {
  return {
    own: (text, atStart) => `${atStart ? '' : '\n'}${prefix}${text}\n`,
    other: (text) => text,
  };
}

function jsonForm(now: () => Date): LogForm {
  const decoder = new StringDecoder('utf8');
  return {
    own: (text) => formatOwnLine(text, now()),
    other(text) {
      const lines = (typeof text === 'string' ? text : decoder.write(Buffer.from(text))).split('\n');
      return lines
        .filter((line) => line !== '')
        .map((line) => formatServerLine(line, now()))
        .join('');
    },
  };
}

class StreamLog implements Log {
  private readonly stream: Writable;
  private readonly form: LogForm;
  private held: string | null = null;
  /** What was written last ended its line. */
  private atStart = true;
  private dropped = 0;
  private gone = false;

  constructor(stream: Writable, form: LogForm) {
    this.stream = stream;
    this.form = form;
    // Whoever reads the log may leave; the messages go on.
    stream.on('error', () => {
      this.gone = true;
    });
  }

  line(text: string): void {
    this.put(this.form.own(text, this.atStart));
  }

  raw(text: string | Uint8Array): void {
    this.put(this.form.other(text));
  }

  private put(text: string | Uint8Array): void {
    if (this.gone || text.length === 0) return;
    this.atStart = endsLine(text);
    if (typeof text !== 'string') {
      this.flush();
      this.write(text);
    } else if (this.held === null) this.write(text);
    else this.held += text;
  }

  hold(): void {
    this.held ??= '';
  }

  release(): void {
    this.flush();
    this.held = null;
  }

  private flush(): void {
    const text = this.held;
    if (text === null || text === '') return;
    this.held = '';
    this.write(text);
  }

  private write(text: string | Uint8Array): void {
    if (this.gone || this.stream.destroyed) return;
    if (this.stream.writableLength > MAX_WAITING) {
      this.dropped += countLines(text);
      return;
    }
    if (this.dropped > 0) {
      this.stream.write(this.form.own(`${this.dropped} log lines were dropped: nobody took them`, true));
      this.dropped = 0;
    }
    this.stream.write(text);
  }

  isFull(): boolean {
    return !this.gone && !this.stream.destroyed && this.stream.writableNeedDrain;
  }

  drained(): Promise<void> {
    if (!this.isFull()) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        this.stream.off('drain', done).off('close', done).off('error', done);
        resolve();
      };
      this.stream.once('drain', done).once('close', done).once('error', done);
    });
  }
}

function endsLine(text: string | Uint8Array): boolean {
  return typeof text === 'string' ? text.endsWith('\n') : text.at(-1) === 0x0a;
}

function countLines(text: string | Uint8Array): number {
  const lines = typeof text === 'string' ? text.split('\n').length - 1 : 0;
  return Math.max(1, lines);
}
