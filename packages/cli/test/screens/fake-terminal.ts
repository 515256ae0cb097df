import { Socket } from 'node:net';

/**
 * Ink draws nothing on a CI machine, and looks when it is loaded: a test imports this file first, and the
 * screen itself dynamically.
 */
process.env.CI = 'false';

/** What moves, erases, colours and rings. */
const SEQUENCE = /\u001b\[[0-9;?<>]*[A-Za-z]|\u0007/g;

/** Milliseconds after which a drawing that is waited for will not come. */
const MAX_WAIT = 10_000;

/** A terminal's output that remembers what was drawn. */
export class FakeOutput extends Socket implements NodeJS.WriteStream {
  readonly isTTY = true;
  columns: number;
  rows: number;
  /** All that was written. */
  raw = '';
  private readonly watchers = new Set<() => void>();
  private last = '';

  constructor(columns: number, rows: number) {
    super();
    this.columns = columns;
    this.rows = rows;
  }

  override write(chunk: Uint8Array | string, ...rest: readonly unknown[]): boolean {
    const text = String(chunk);
    this.raw += text;
    const shown = text.replace(SEQUENCE, '');
    if (shown !== '') this.last = shown;
    for (const rested of rest) if (typeof rested === 'function') queueMicrotask(() => rested());
    for (const watch of this.watchers) watch();
    return true;
  }

  /** What was drawn last, without its empty lines. */
  get frame(): string {
    return this.last
      .split('\n')
      .map((line) => line.trimEnd())
      .filter((line) => line !== '')
      .join('\n');
  }

  /** As it was drawn, line by line. */
  get lines(): readonly string[] {
    return this.last.split('\n');
  }

  /** Resolves once the last drawing holds the text; fails where that takes too long. */
  waitFor(text: string | RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.watchers.delete(look);
        reject(new Error(`no ${text} in\n${this.frame}`));
      }, MAX_WAIT);
      const look = (): void => {
        if (typeof text === 'string' ? !this.frame.includes(text) : !text.test(this.frame)) return;
        clearTimeout(late);
        this.watchers.delete(look);
        resolve(this.frame);
      };
      this.watchers.add(look);
      look();
    });
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.emit('resize');
  }

  clearLine(): boolean {
    return true;
  }
  clearScreenDown(): boolean {
    return true;
  }
  cursorTo(): boolean {
    return true;
  }
  moveCursor(): boolean {
    return true;
  }
  getColorDepth(): number {
    return 1;
  }
  hasColors(): boolean {
    return false;
  }
  getWindowSize(): [number, number] {
    return [this.columns, this.rows];
  }
}

/** A terminal's input that a test types into. */
export class FakeInput extends Socket implements NodeJS.ReadStream {
  readonly isTTY = true;
  isRaw = false;

  override _read(): void {
    // What is typed is pushed.
  }

  override ref(): this {
    return this;
  }

  override unref(): this {
    return this;
  }

  setRawMode(mode: boolean): this {
    this.isRaw = mode;
    return this;
  }

  /** What is typed before the one before it was read arrives together with it. */
  type(text: string): void {
    this.push(text);
  }
}

export interface FakeTerminal {
  readonly stdin: FakeInput;
  readonly stdout: FakeOutput;
}

export function createFakeTerminal(columns = 80, rows = 24): FakeTerminal {
  return { stdin: new FakeInput(), stdout: new FakeOutput(columns, rows) };
}
