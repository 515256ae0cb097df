import type { Readable, Writable } from 'node:stream';
import type { Connection, ConnectionEnd } from '../stdio/connection.ts';
import { createFlow } from '../stdio/flow.ts';
import type { Log } from '../stdio/log.ts';
import type { ServerProcess } from '../stdio/server-process.ts';
import { createStderrFilter } from '../stdio/stderr-filter.ts';
import type { Recording } from './recording.ts';

export interface RelayOptions {
  readonly client: { readonly input: Readable; readonly output: Writable };
  readonly server: ServerProcess;
  readonly recording: Recording;
  readonly log: Log;
}

/** Carries bytes between a client and a server as they come, and shows them to a recording first. */
export function relay(options: RelayOptions): Connection {
  const { client, server, recording, log } = options;
  const flow = createFlow({
    clientIn: client.input,
    clientOut: client.output,
    serverIn: server.stdin,
    serverOut: server.stdout,
  });
  let moved = 0;
  let closed = false;
  let end: (how: ConnectionEnd) => void = () => undefined;
  let fail: (cause: unknown) => void = () => undefined;
  const ended = new Promise<ConnectionEnd>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  const pass = (direction: 'c2s' | 's2c', chunk: Uint8Array, to: Writable): void => {
    if (closed) return;
    moved += chunk.length;
    try {
      recording.take(direction, chunk);
    } catch (cause) {
      closed = true;
      fail(cause);
      return;
    }
    if (to.writable) to.write(chunk);
    flow.update();
  };

  client.input.on('data', (chunk: Uint8Array) => pass('c2s', chunk, server.stdin));
  const clientClosed = (): void => {
    recording.end('c2s');
    end('client-closed');
  };
  client.input.once('end', clientClosed);
  client.input.once('error', clientClosed);
  client.output.on('error', () => end('client-gone'));
  client.output.once('close', () => end('client-gone'));
  server.stdin.on('error', () => end('server-closed'));
  void server.exited.then(() => end('server-closed'));
  server.stdout.on('data', (chunk: Uint8Array) => pass('s2c', chunk, client.output));
  const filter = createStderrFilter({ scanner: null, raw: false, onMatch: () => undefined });
  server.stderr.on('data', (chunk: Uint8Array) => {
    moved += chunk.length;
    recording.take('stderr', chunk);
    log.raw(filter?.push(chunk) ?? chunk);
    if (!log.isFull()) return;
    server.stderr.pause();
    void log.drained().then(() => server.stderr.resume());
  });
  const stdoutDone = finished(server.stdout).then(() => {
    recording.end('s2c');
    end('server-closed');
  });
  const stderrDone = finished(server.stderr).then(() => {
    log.raw(filter?.end() ?? '');
    recording.end('stderr');
  });

  return {
    ended,
    drained: Promise.all([stdoutDone, stderrDone]).then(() => undefined),
    progress: () => moved - client.output.writableLength,
    hasFailed: () => false,
    close(): void {
      flow.stop();
      closed = true;
      client.input.pause();
      // Whoever got away from the process group may still hold them open.
      server.stdout.destroy();
      server.stderr.destroy();
      // What passed without the end of a line passed all the same.
      for (const direction of ['c2s', 's2c', 'stderr'] as const) recording.end(direction);
    },
  };
}

function finished(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    stream.once('end', resolve);
    stream.once('error', () => resolve());
  });
}
