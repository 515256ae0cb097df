import { render } from 'ink';
import type { ReactNode } from 'react';

const ENTER_OTHER_SCREEN = '\u001b[?1049h\u001b[2J\u001b[H';
const LEAVE_OTHER_SCREEN = '\u001b[?1049l';
const CLEAR = '\u001b[2J\u001b[H';
const SHOW_CURSOR = '\u001b[?25h';

/** Milliseconds after which Ink has drawn all that it holds back. */
const SETTLE_TIME = 50;

const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The terminal that a screen is drawn on. */
export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface ScreenOptions {
  readonly terminal: Terminal;
  /** Draws on the terminal's other screen, which is gone without a trace afterwards, rather than below the text. */
  readonly isFull: boolean;
  readonly onResize: (size: TerminalSize) => void;
}

export interface Screen {
  /** Gives the terminal back. */
  readonly close: () => void;
  /** Resolves once the terminal is given back: with the signal that asked for it, or null. Fails where drawing failed. */
  readonly closed: Promise<NodeJS.Signals | null>;
}

/**
 * Draws on a terminal until it is closed. Whatever ends the process but SIGKILL, the terminal is given back
 * as it was.
 */
export function openScreen(element: ReactNode, { terminal, isFull, onResize }: ScreenOptions): Screen {
  const { stdin, stdout } = terminal;
  let signal: NodeJS.Signals | null = null;
  let isGivenBack = false;
  const restore = (): void => {
    if (isGivenBack) return;
    isGivenBack = true;
    for (const name of ENDING_SIGNALS) process.off(name, end);
    process.off('exit', restore);
    process.off('uncaughtExceptionMonitor', restore);
    stdout.off('resize', resize);
    if (stdin.isRaw) stdin.setRawMode(false);
    stdout.write(`${SHOW_CURSOR}${isFull ? LEAVE_OTHER_SCREEN : ''}`);
  };
  const resize = (): void => {
    // What terminals do to the text that stands there when they change is not known: it is drawn anew.
    if (isFull) stdout.write(CLEAR);
    onResize(sizeOf(stdout));
  };
  const end = (name: NodeJS.Signals): void => {
    signal = name;
    instance.unmount();
  };
  if (isFull) stdout.write(ENTER_OTHER_SCREEN);
  // Before Ink listens: the new size is known when it draws.
  stdout.on('resize', resize);
  for (const name of ENDING_SIGNALS) process.on(name, end);
  process.once('exit', restore);
  // A crash is told where it can be read.
  process.once('uncaughtExceptionMonitor', restore);
  const instance = render(null, {
    stdin,
    stdout: withoutRows(stdout),
    exitOnCtrlC: false,
    patchConsole: false,
  });
  const exited = instance.waitUntilExit();
  // Ink forgets a failure of a first drawing that nobody waits for.
  instance.rerender(element);
  return {
    close() {
      if (isFull) instance.unmount();
      else
        setTimeout(() => {
          // What is drawn below the text is erased: what comes next takes its place.
          if (!isGivenBack) instance.clear();
          instance.unmount();
        }, SETTLE_TIME);
    },
    closed: exited.finally(restore).then(() => signal),
  };
}

/** The size of a terminal; a usual one where it is not known. */
export function sizeOf({ columns, rows }: NodeJS.WriteStream): TerminalSize {
  return { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
}

/** Ends the process by a signal that its handlers have been taken from, as the sender expects it. */
export async function endBySignal(signal: NodeJS.Signals): Promise<never> {
  process.kill(process.pid, signal);
  return new Promise(() => {
    setInterval(() => undefined, 1000);
  });
}

/**
 * The same stream that does not tell its height: what Ink draws as high as the terminal it draws by clearing the
 * terminal, and with it the lines that were scrolled off. Screens keep below the height themselves.
 */
function withoutRows(stdout: NodeJS.WriteStream): NodeJS.WriteStream {
  return new Proxy(stdout, {
    get(target, name) {
      if (name === 'rows') return undefined;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
