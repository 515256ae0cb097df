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
import { createStderrFilter } from './stderr-filter.ts';
import type { TextFilter } from './text-filter.ts';

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
  /** For the server's standard error; null where nothing is taken out. */
  readonly stderrScanner: Scanner | null;
  /** What the server writes there may steer the terminal. */
  readonly rawStderr: boolean;
}

/** What happens to a connection that has to end it. */
export type ConnectionEnd =
  /** The client closed its side; it may still read. */
  | 'client-closed'
  /** The client no longer reads. */
  | 'client-gone'
  /** The server closed its input or its output, or ended. */
  | 'server-closed'
  /** The proxy itself failed: nothing is forwarded any more. */
  | 'failed';

/** The four streams of a client and a server with the gateway between them. */
export interface Connection {
  /** Resolves at the first event that ends the connection. */
  readonly ended: Promise<ConnectionEnd>;
  /** Resolves when everything that the server wrote to its output and its standard error was handled. */
  readonly drained: Promise<void>;
  /** Changes when something was read or taken: then somebody is alive. */
  readonly progress: () => number;
  /** True once the proxy itself has failed, which may come after the end. */
  readonly hasFailed: () => boolean;
  /** Answers what is still open with an error that gives the reason; nothing more is read or forwarded. */
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
  private failed = false;
  private readBytes = 0;
  private closed = false;
  private clientClosed = false;
  private readonly ticks: NodeJS.Timeout;

  constructor(options: ConnectionOptions) {
    this.options = options;
    const { client, server, stderrScanner: scanner, rawStderr: raw } = options;
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
    this.flow = createFlow({
      clientIn: client.input,
      clientOut: client.output,
      serverIn: server.stdin,
      serverOut: server.stdout,
    });
    this.filter = createStderrFilter({
      scanner,
      raw,
      onMatch: (rule, count) => this.reportStderr(rule, count),
    });
    this.drained = Promise.all([this.readServer(), this.relayStderr()]).then(() => undefined);
    this.readClient();
    client.output.on('error', () => this.loseClient());
    client.output.once('close', () => this.loseClient());
    server.stdin.on('error', () => this.end('server-closed'));
    void server.exited.then(() => this.end('server-closed'));
    const { gateway, clock, tickEvery } = options;
    this.ticks = setInterval(() => this.guard('client', () => gateway.tick(clock())), tickEvery).unref();
  }

  readonly hasFailed = (): boolean => this.failed;

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
    try {
      this.apply(gateway.serverEnded(reason));
    } catch (cause) {
      this.fail('server', cause);
    }
  }

  private loseClient(): void {
    this.guard('client', () => this.options.gateway.clientEnded());
    this.end('client-gone');
  }

  private readClient(): void {
    const lines = createLineReader({ maxBytes: this.options.maxLineBytes });
    const { input } = this.options.client;
    input.on('data', (chunk: Uint8Array) => {
      this.readBytes += chunk.length;
      this.take('client', () => lines.push(chunk));
    });
    const finish = (): void => {
      this.take('client', () => lines.end());
      this.clientClosed = true;
      this.guard('client', () => this.options.gateway.clientEnded());
    };
    input.once('end', finish);
    input.once('error', finish);
  }

  private take(from: Side, read: () => readonly LineEvent[]): void {
    this.guard(from, () => read().flatMap((line) => this.options.gateway.receive(line, from)));
  }

  private guard(from: Side, decide: () => readonly Effect[]): void {
    if (this.closed) return;
    try {
      this.apply(decide());
      // What the client asked last may wait for the server's list of tools.
      if (this.clientClosed && !this.options.gateway.isListing()) this.end('client-closed');
    } catch (cause) {
      this.fail(from, cause);
    }
  }

  /** Nothing is forwarded any more once something failed: a message that was judged half may not pass. */
  private fail(from: Side, cause: unknown): void {
    this.closed = true;
    this.failed = true;
    const { audit, log } = this.options;
    // The failure's own text may hold what the scanner has not seen.
    const reason = `${cause instanceof Error ? cause.name : 'a failure'} in the proxy`;
    log.line(`INTERNAL_ERROR: ${reason}; the session ends`);
    try {
      audit.append([
        { kind: 'proxy-failed', direction: from === 'client' ? 'upstream' : 'downstream', reason },
      ]);
    } catch {
      // The audit log may be what failed; no call is made any more.
    }
    this.end('failed');
  }

  private readServer(): Promise<void> {
    const lines = createLineReader({ maxBytes: this.options.maxLineBytes });
    const { stdout } = this.options.server;
    stdout.on('data', (chunk: Uint8Array) => {
      this.readBytes += chunk.length;
      this.take('server', () => lines.push(chunk));
    });
    return new Promise((resolve) => {
      const finish = (): void => {
        this.take('server', () => lines.end());
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
      this.showStderr(() => (this.filter === null ? chunk : this.filter.push(chunk)));
      if (!log.isFull()) return;
      stderr.pause();
      void log.drained().then(() => stderr.resume());
    });
    return new Promise((resolve) => {
      const finish = (): void => {
        this.showStderr(() => this.filter?.end() ?? '');
        resolve();
      };
      stderr.once('end', finish);
      stderr.once('error', finish);
    });
  }

  private showStderr(read: () => string | Uint8Array): void {
    try {
      this.options.log.raw(read());
    } catch (cause) {
      this.fail('server', cause);
    }
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
      this.guard('client', () => gateway.answerQuestion(question.key, outcome));
    });
  }

  private write(stream: Writable, text: string): void {
    if (text !== '' && stream.writable) stream.write(text);
  }
}
