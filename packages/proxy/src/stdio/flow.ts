import type { Readable, Writable } from 'node:stream';

/** Past this many waiting bytes a server that does not read its input is not read from either. */
const MAX_WAITING = 16 * 1024 * 1024;

export interface FlowStreams {
  readonly clientIn: Readable;
  readonly clientOut: Writable;
  readonly serverIn: Writable;
  readonly serverOut: Readable;
}

/**
 * Back-pressure: a side is read only while what comes of its messages can be written, so that memory stays
 * the same however much flows.
 *
 * The server is read on although its input is full, up to a limit: one that writes all of its output before
 * it reads on would otherwise wait for us while we wait for it.
 */
export function createFlow(streams: FlowStreams): { update(): void; stop(): void } {
  const { clientIn, clientOut, serverIn, serverOut } = streams;
  const isFull = (stream: Writable): boolean => !stream.destroyed && stream.writableNeedDrain;
  let stopped = false;

  const update = (): void => {
    if (stopped) return;
    toggle(clientIn, isFull(clientOut) || isFull(serverIn));
    toggle(serverOut, isFull(clientOut) || (!serverIn.destroyed && serverIn.writableLength > MAX_WAITING));
  };
  clientOut.on('drain', update);
  serverIn.on('drain', update);

  return {
    update,
    stop(): void {
      stopped = true;
      clientOut.off('drain', update);
      serverIn.off('drain', update);
    },
  };
}

function toggle(stream: Readable, wait: boolean): void {
  if (wait === stream.isPaused()) return;
  if (wait) stream.pause();
  else stream.resume();
}
