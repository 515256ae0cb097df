import type { Readable, Writable } from 'node:stream';
import type { Scanner } from '@agentpolicy/engine';
import { createLineReader, type LineEvent, type Side } from '@agentpolicy/message';
import type { ApprovalDesk } from '../approvals/approval-desk.ts';
import type { AuditRecord } from '../audit/record.ts';
import type { AuditSink } from '../audit/sink.ts';
import { commitEffects } from '../gateway/commit.ts';
import type { Effect, Question } from '../gateway/effects.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { createFlow } from './flow.ts';
import type { Log } from './log.ts';
import type { ServerProcess } from './server-process.ts';
import { createTextFilter, type TextFilter } from './text-filter.ts';

export interface ConnectionOptions {
  readonly client: { readonly input: Readable; readonly output: Writable };
  readonly server: ServerProcess;
  readonly gateway: Gateway;
  readonly audit: AuditSink;
  readonly log: Log;
  /** Null where nobody can be asked. */
  readonly desk: ApprovalDesk | null;
  /** Milliseconds; only differences count. */
  readonly clock: () => number;
  /** How often, in milliseconds, the gateway is told the time. */
  readonly tickEvery: number;
  readonly maxLineBytes: number;
  /** For the server's standard error; null where it is passed on as it is. */
  readonly stderrScanner: Scanner | null;
}

/** What happens to a connection that has to end it. */
export type ConnectionEnd =
  /** The client closed its side; it may still read. */
  | 'client-closed'
  /** The client no longer reads. */
  | 'client-gone'
  /** The server closed its input or its output, or ended. */
  | 'server-closed';

/** The four streams of a client and a server with the gateway between them. */
export interface Connection {
  /** Resolves at the first event that ends the connection; rejects where the proxy itself fails. */
  readonly ended: Promise<ConnectionEnd>;
  /** Resolves when everything that the server wrote to its output and its standard error was handled. */
  readonly drained: Promise<void>;
  /** Changes when something was read or taken: then somebody is alive. */
  readonly progress: () => number;
  /**
   * Answers what is still open with an error that gives the reason; nothing more is read or forwarded.
   * Throws what made the proxy fail since the connection's end.
   */
  close(reason: string): void;
}

/** Starts carrying messages between the two. */
export function connect(options: ConnectionOptions): Connection {
  return new StdioConnection(options);
}

class StdioConnection implements Connection {
  readonly ended: Promise<ConnectionEnd>;
  readonly drained: Promise<void>;
  private readonly options: ConnectionOptions;
  private readonly flow: { update(): void; stop(): void };
  private readonly filter: TextFilter | null;
  private end: (how: ConnectionEnd) => void = () => undefined;
  private fail: (cause: unknown) => void = () => undefined;
  private readonly failures: unknown[] = [];
  private readBytes = 0;
  private closed = false;
  private clientClosed = false;
  private readonly ticks: NodeJS.Timeout;

  constructor(options: ConnectionOptions) {
    this.options = options;
    const { client, server, stderrScanner } = options;
    this.ended = new Promise((resolve, reject) => {
      this.end = resolve;
      this.fail = reject;
    });
    this.flow = createFlow({
      clientIn: client.input,
      clientOut: client.output,
      serverIn: server.stdin,
      serverOut: server.stdout,
    });
    this.filter =
      stderrScanner === null
        ? null
        : createTextFilter(stderrScanner, (rule, count) => this.reportStderr(rule, count));
    this.drained = Promise.all([this.readServer(), this.relayStderr()]).then(() => undefined);
    this.readClient();
    client.output.on('error', () => this.loseClient());
    client.output.once('close', () => this.loseClient());
    server.stdin.on('error', () => this.end('server-closed'));
    void server.exited.then(() => this.end('server-closed'));
    const { gateway, clock, tickEvery } = options;
    this.ticks = setInterval(() => this.guard(() => gateway.tick(clock())), tickEvery).unref();
  }

  readonly progress = (): number => this.readBytes - this.options.client.output.writableLength;

  close(reason: string): void {
    const { client, server, gateway } = this.options;
    this.flow.stop();
    this.closed = true;
    clearInterval(this.ticks);
    this.options.desk?.closeAll();
    client.input.pause();
    // Whoever got away from the process group may still hold them open.
    server.stdout.destroy();
    server.stderr.destroy();
    this.apply(gateway.serverEnded(reason));
    if (this.failures.length > 0) throw this.failures[0];
  }

  private loseClient(): void {
    this.guard(() => this.options.gateway.clientEnded());
    this.end('client-gone');
  }

  private readClient(): void {
    const lines = createLineReader({ maxBytes: this.options.maxLineBytes });
    const { input } = this.options.client;
    input.on('data', (chunk: Uint8Array) => {
      this.readBytes += chunk.length;
      this.take('client', lines.push(chunk));
    });
    const finish = (): void => {
      this.take('client', lines.end());
      this.clientClosed = true;
      this.guard(() => this.options.gateway.clientEnded());
    };
    input.once('end', finish);
    input.once('error', finish);
  }

  /** Nothing is forwarded any more once something failed: a message that was judged half may not pass. */
  private take(from: Side, lines: readonly LineEvent[]): void {
    this.guard(() => lines.flatMap((line) => this.options.gateway.receive(line, from)));
  }

  private guard(decide: () => readonly Effect[]): void {
    if (this.closed) return;
    try {
      this.apply(decide());
      // What the client asked last may wait for the server's list of tools.
      if (this.clientClosed && !this.options.gateway.isListing()) this.end('client-closed');
    } catch (cause) {
      this.closed = true;
      this.failures.push(cause);
      this.fail(cause);
    }
  }

  private readServer(): Promise<void> {
    const lines = createLineReader({ maxBytes: this.options.maxLineBytes });
    const { stdout } = this.options.server;
    stdout.on('data', (chunk: Uint8Array) => {
      this.readBytes += chunk.length;
      this.take('server', lines.push(chunk));
    });
    return new Promise((resolve) => {
      const finish = (): void => {
        this.take('server', lines.end());
        this.end('server-closed');
        resolve();
      };
      stdout.once('end', finish);
      stdout.once('error', finish);
    });
  }

  private relayStderr(): Promise<void> {
    const { server, log } = this.options;
    const { stderr } = server;
    stderr.on('data', (chunk: Uint8Array) => {
      this.readBytes += chunk.length;
      log.raw(this.filter === null ? chunk : this.filter.push(chunk));
      if (!log.isFull()) return;
      stderr.pause();
      void log.drained().then(() => stderr.resume());
    });
    return new Promise((resolve) => {
      const finish = (): void => {
        if (this.filter !== null) log.raw(this.filter.end());
        resolve();
      };
      stderr.once('end', finish);
      stderr.once('error', finish);
    });
  }

  private reportStderr(rule: string, count: number): void {
    const record: AuditRecord = { kind: 'dlp', direction: 'downstream', rule, action: 'REDACTED', count };
    this.apply([{ kind: 'audit', record }]);
  }

  /** Carries the effects out: records first, then one write for each side. */
  private apply(effects: readonly Effect[]): void {
    if (effects.length === 0) return;
    const { log, audit, gateway } = this.options;
    const out: Record<Side, string> = { client: '', server: '' };
    log.hold();
    for (const delivery of commitEffects(effects, audit, gateway.withdraw)) {
      switch (delivery.kind) {
        case 'send':
          out[delivery.to] += `${delivery.text}\n`;
          break;
        case 'log':
          log.line(delivery.text);
          break;
        case 'ask':
          this.ask(delivery.question);
          break;
        case 'close-question':
          this.options.desk?.close(delivery.key);
          log.line(`Question ${delivery.key} is closed: ${delivery.reason}`);
          break;
        case 'noise':
          log.raw(`${delivery.text}\n`);
      }
    }
    this.write(this.options.server.stdin, out.server);
    this.write(this.options.client.output, out.client);
    this.flow.update();
    // The messages first: who waits for one does not wait for the log.
    log.release();
  }

  private ask(question: Question): void {
    const { desk, gateway } = this.options;
    void (desk?.ask(question) ?? Promise.resolve<'nobody'>('nobody')).then((outcome) => {
      this.guard(() => gateway.answerQuestion(question.key, outcome));
    });
  }

  private write(stream: Writable, text: string): void {
    if (text !== '' && stream.writable) stream.write(text);
  }
}
