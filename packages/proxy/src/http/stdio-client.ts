import type { Readable, Writable } from 'node:stream';
import { createLineReader, type LineEvent } from '@agentpolicy/message';
import { Exchange, type MessageSink } from './session/exchange.ts';
import type { HttpSession } from './session/http-session.ts';

/** A client that speaks over standard input and output. */
export interface StdioClient {
  /** Resolves when it closes its side, or no longer reads. */
  readonly ended: Promise<void>;
  /** Resolves once it waits for no answer. */
  answered(): Promise<void>;
  /** Nothing more is read of it. */
  stop(): void;
}

/** Beyond as many messages that are under way nothing more is read. */
const MOST_OPEN = 500;

/** Reads the client's messages; each is an exchange of its own. */
export function readClient(
  { input, output }: { readonly input: Readable; readonly output: Writable },
  session: HttpSession,
  sink: MessageSink,
  maxBytes: number,
): StdioClient {
  const open = new Set<Exchange>();
  let whenAnswered: () => void = () => undefined;
  const take = (line: LineEvent): void => {
    const exchange = new Exchange(sink);
    open.add(exchange);
    const forget = (): void => {
      open.delete(exchange);
      if (open.size < MOST_OPEN) input.resume();
      if (open.size === 0) whenAnswered();
    };
    exchange.gone.addEventListener('abort', forget, { once: true });
    session.receiveClient(line, exchange);
    if (open.size >= MOST_OPEN) input.pause();
  };
  // What nobody asked for needs no place of its own.
  session.stand(new Exchange(sink));
  const lines = createLineReader({ maxBytes });
  const ended = new Promise<void>((resolve) => {
    const finish = (): void => {
      for (const line of lines.end()) take(line);
      resolve();
    };
    input.once('end', finish).once('error', finish);
    output.once('close', resolve).on('error', () => resolve());
  });
  input.on('data', (chunk: Uint8Array) => {
    for (const line of lines.push(chunk)) take(line);
  });
  return {
    ended,
    answered: () =>
      open.size === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            whenAnswered = resolve;
          }),
    stop: () => {
      input.pause();
      input.removeAllListeners('data');
    },
  };
}

/** Writes messages as lines. */
export function createSink(output: Writable): MessageSink {
  return {
    write(text) {
      if (output.writable) output.write(`${text}\n`);
    },
    get isFull() {
      return output.writableNeedDrain && !output.destroyed;
    },
    ready: () =>
      new Promise((resolve) => {
        const done = (): void => {
          output.off('drain', done).off('close', done);
          resolve();
        };
        output.once('drain', done).once('close', done);
      }),
  };
}
