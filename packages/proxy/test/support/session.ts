import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Engine } from '@agentpolicy/engine';
import { type ProxyOptions, runWithEngine } from '../../src/stdio/run-with-engine.ts';
import type { SignalSource } from '../../src/stdio/signals.ts';

const SERVERS = resolve(import.meta.dirname, '../../../../fixtures/servers');

/** The path of a server of the fixtures. */
export function serverPath(name: string): string {
  return join(SERVERS, name);
}

/** Signals that a test sends by hand. */
class TestSignals implements SignalSource {
  private readonly listeners = new Map<string, Set<() => void>>();

  on(event: string, listener: () => void): void {
    const known = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, known.add(listener));
  }

  off(event: string, listener: () => void): void {
    this.listeners.get(event)?.delete(listener);
  }

  send(event: string): void {
    for (const listener of this.listeners.get(event) ?? []) listener();
  }
}

interface Waiting {
  readonly until: () => boolean;
  readonly done: () => void;
}

/** Collects what is written to it, and tells when something that is waited for has come. */
class Collector {
  readonly stream = new PassThrough();
  private readonly chunks: string[] = [];
  private lineCount = 0;
  private waiting: readonly Waiting[] = [];

  constructor() {
    this.stream.setEncoding('utf8');
    this.stream.on('data', (chunk: string) => {
      this.chunks.push(chunk);
      for (let at = chunk.indexOf('\n'); at >= 0; at = chunk.indexOf('\n', at + 1)) this.lineCount++;
      const ready = this.waiting.filter((each) => each.until());
      this.waiting = this.waiting.filter((each) => !ready.includes(each));
      for (const each of ready) each.done();
    });
  }

  text(): string {
    return this.chunks.join('');
  }

  lines(): readonly string[] {
    return this.text().split('\n').slice(0, -1);
  }

  /** Looks at the whole text each time: for short ones. */
  waitFor(until: (text: string) => boolean): Promise<void> {
    return this.wait(() => until(this.text()));
  }

  waitForLines(count: number): Promise<void> {
    return this.wait(() => this.lineCount >= count);
  }

  private wait(until: () => boolean): Promise<void> {
    if (until()) return Promise.resolve();
    return new Promise((done) => {
      this.waiting = [...this.waiting, { until, done }];
    });
  }
}

/** A proxy in this process between a test and a real server. */
export class ProxySession {
  readonly folder = mkdtempSync(join(tmpdir(), 'aip-proxy-'));
  readonly stdin = new PassThrough();
  readonly stdout = new Collector();
  readonly stderr = new Collector();
  readonly signals = new TestSignals();
  readonly auditPath = join(this.folder, 'audit.jsonl');
  readonly receivedPath = join(this.folder, 'received');
  status: Promise<number> = Promise.resolve(-1);

  /** Starts the proxy, by `runProxy` or what stands in for it. */
  run(
    runner: (options: ProxyOptions) => Promise<number>,
    options: Partial<ProxyOptions> & Pick<ProxyOptions, 'table' | 'target'>,
  ): this {
    this.status = runner({
      policyFiles: [],
      auditPath: this.auditPath,
      home: '/home/user',
      cwd: this.folder,
      foldCase: false,
      env: process.env,
      now: () => new Date('2026-01-20T10:30:45.123Z'),
      clock: () => performance.now(),
      stdin: this.stdin,
      stdout: this.stdout.stream,
      stderr: this.stderr.stream,
      signals: this.signals,
      ...options,
    });
    // A test that looks at the status later is not to be ended by a rejection now.
    this.status.catch(() => undefined);
    return this;
  }

  start(engine: Engine, target: readonly string[], options: Partial<ProxyOptions> = {}): this {
    return this.run((all) => runWithEngine(all, engine), { table: engine.table, target, ...options });
  }

  /** Starts the recorder, which offers the given tools. */
  startRecorder(engine: Engine, tools: readonly string[] = [], options: Partial<ProxyOptions> = {}): this {
    const target = [process.execPath, serverPath('recorder-server.mjs'), this.receivedPath, ...tools];
    return this.start(engine, target, options);
  }

  startMisbehaving(engine: Engine, mode: string, options: Partial<ProxyOptions> = {}): this {
    return this.start(
      engine,
      [process.execPath, serverPath('misbehaving-server.mjs'), mode, this.receivedPath],
      options,
    );
  }

  send(...lines: readonly (string | Uint8Array)[]): this {
    for (const line of lines) {
      this.stdin.write(line);
      this.stdin.write('\n');
    }
    return this;
  }

  /** Every byte that reached the recorder. */
  received(): string {
    return readFileSync(this.receivedPath, 'utf8');
  }

  /** What was audited, without the members and records that tie the log together. */
  auditRecords(): readonly Record<string, unknown>[] {
    return readFileSync(this.auditPath, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line))
      .filter(({ event }) => typeof event !== 'string' || !event.startsWith('AUDIT_'))
      .map(({ seq: _, prev: __, ...record }) => record);
  }

  /** Closes the client's side and waits for the end. */
  async finish(): Promise<number> {
    this.stdin.end();
    return await this.status;
  }

  cleanUp(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
