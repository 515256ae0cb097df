import type { Scanner } from '@agentpolicy/engine';
import { createLineReader, type LineEvent } from '@agentpolicy/message';
import { type EndTimes, endServer } from '../../stdio/end-server.ts';
import type { Log } from '../../stdio/log.ts';
import type { ServerProcess } from '../../stdio/server-process.ts';
import type { Interruption } from '../../stdio/signals.ts';
import { createStderrFilter } from '../../stdio/stderr-filter.ts';
import type { HttpSession, Upstream } from './http-session.ts';

export interface LocalOptions {
  readonly server: ServerProcess;
  readonly log: Log;
  readonly maxBytes: number;
  readonly times: EndTimes;
  readonly interruption: Interruption;
  /** For standard error; null where nothing is taken out. */
  readonly stderrScanner: Scanner | null;
  /** What the server writes there may steer the terminal; it may not unless told. */
  readonly rawStderr?: boolean;
  /** Told what was taken out of standard error. */
  readonly onStderrMatch: (rule: string, count: number) => void;
  readonly onExit: () => void;
}

/** A server that is a process of this machine's, one for each session. */
export class LocalUpstream implements Upstream {
  private readonly session: HttpSession;
  private readonly options: LocalOptions;
  private ended = false;
  private failed = false;

  constructor(session: HttpSession, options: LocalOptions) {
    this.session = session;
    this.options = options;
    this.readMessages();
    this.readErrors();
    options.server.stdin.on('error', () => undefined);
    void options.server.exited.then((exit) =>
      this.finish(
        exit.signal === null
          ? `The server exited with status ${exit.status}`
          : `The server was ended by ${exit.signal}`,
      ),
    );
  }

  send(text: string): void {
    const { stdin } = this.options.server;
    if (stdin.writable) stdin.write(`${text}\n`);
  }

  /** Resolves once the server takes more. */
  async ready(): Promise<void> {
    const { stdin, exited } = this.options.server;
    if (!stdin.writableNeedDrain) return;
    await Promise.race([new Promise<void>((resolve) => stdin.once('drain', resolve)), exited]);
  }

  /** Ends the process and all that it started, in bounded time. */
  async end(): Promise<void> {
    const { server, times, interruption } = this.options;
    await endServer(server, { hasPending: () => false, times, interruption });
  }

  kill(): void {
    this.options.server.signalGroup('SIGKILL');
  }

  private readMessages(): void {
    const { server, maxBytes } = this.options;
    const lines = createLineReader({ maxBytes });
    const take = (read: () => readonly LineEvent[]): void =>
      this.guard(() => {
        for (const line of read()) this.session.receiveServer(line, null);
      });
    server.stdout.on('data', (chunk: Uint8Array) => {
      take(() => lines.push(chunk));
      const room = this.session.ready();
      if (room === null) return;
      server.stdout.pause();
      void room.then(() => server.stdout.resume());
    });
    server.stdout.once('end', () => take(() => lines.end()));
    server.stdout.on('error', () => undefined);
  }

  private readErrors(): void {
    const { server, log, stderrScanner: scanner, rawStderr: raw = false, onStderrMatch } = this.options;
    const filter = createStderrFilter({ scanner, raw, onMatch: onStderrMatch });
    server.stderr.on('data', (chunk: Uint8Array) =>
      this.guard(() => log.raw(filter === null ? chunk : filter.push(chunk))),
    );
    server.stderr.once('end', () => {
      this.guard(() => log.raw(filter?.end() ?? ''));
    });
    server.stderr.on('error', () => undefined);
  }

  /** Where the proxy itself fails, this session ends, and no other. */
  private guard(act: () => void): void {
    if (this.failed) return;
    try {
      act();
    } catch (cause) {
      this.failed = true;
      const kind = cause instanceof Error ? cause.name : 'a failure';
      this.options.log.line(`INTERNAL_ERROR: ${kind} in the proxy; the session ends`);
      void this.end();
    }
  }

  private finish(reason: string): void {
    if (this.ended) return;
    this.ended = true;
    const { stdout } = this.options.server;
    // What it wrote before it ended is delivered first.
    const end = (): void => {
      this.session.end(reason);
      this.options.onExit();
    };
    if (stdout.readableEnded || stdout.destroyed) end();
    else stdout.once('close', end);
  }
}
