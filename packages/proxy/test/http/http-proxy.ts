import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { DecisionTable } from '@agentpolicy/core';
import { type HttpProxyOptions, runHttpProxy, runHttpWithEngine } from '../../src/http/run-http-proxy.ts';
import { npmServer } from '../support/proxy-process.ts';
import { createStubEngine, type StubOptions } from '../support/stub-engine.ts';

/** A proxy in this process that listens on a port of this machine. */
export class HttpProxy {
  readonly folder = mkdtempSync(join(tmpdir(), 'aip-http-'));
  readonly auditPath = join(this.folder, 'audit.jsonl');
  private readonly listeners = new Map<string, Set<() => void>>();
  private readonly stderr = new PassThrough();
  private log = '';
  status: Promise<number> = Promise.resolve(-1);
  url = new URL('http://127.0.0.1/');

  constructor() {
    this.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.log += text;
    });
  }

  /** With a stub that decides by names, or with a policy's table. */
  async start(
    decides: StubOptions | DecisionTable,
    upstream: HttpProxyOptions['upstream'],
    options: Partial<HttpProxyOptions> = {},
  ): Promise<this> {
    const stub = 'kind' in decides ? null : createStubEngine(decides);
    const table = 'kind' in decides ? decides : createStubEngine(decides).table;
    await new Promise<void>((resolve, reject) => {
      const run = (all: HttpProxyOptions): Promise<number> =>
        stub === null ? runHttpProxy(all) : runHttpWithEngine(all, stub);
      this.status = run({
        table,
        policyFiles: [],
        auditPath: this.auditPath,
        home: '/home/user',
        cwd: this.folder,
        foldCase: false,
        env: process.env,
        now: () => new Date(),
        clock: () => performance.now(),
        stderr: this.stderr,
        signals: {
          on: (event: string, listener: () => void) =>
            this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(listener)),
          off: (event: string, listener: () => void) => this.listeners.get(event)?.delete(listener),
        },
        listen: { host: '127.0.0.1', port: 0 },
        upstream,
        onListening: (url) => {
          this.url = url;
          resolve();
        },
        ...options,
      });
      this.status.catch(reject);
    });
    return this;
  }

  text(): string {
    return this.log;
  }

  audited(): readonly string[] {
    return readFileSync(this.auditPath, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line))
      .filter((record) => record.decision !== undefined)
      .map((record) => `${record.direction} ${record.decision} ${record.tool ?? record.method}`);
  }

  /** Lets the proxy hear a signal, or its own end. */
  signal(name: string): void {
    for (const listener of this.listeners.get(name) ?? []) listener();
  }

  async stop(): Promise<number> {
    this.signal('SIGTERM');
    const status = await this.status;
    rmSync(this.folder, { recursive: true, force: true });
    return status;
  }
}

export interface Running {
  readonly url: URL;
  stop(): Promise<void>;
}

/** server-everything over Streamable HTTP or the transport before that, on a port that was free just now. */
export async function startEverything(
  transport: 'streamableHttp' | 'sse' = 'streamableHttp',
): Promise<Running> {
  const port = await findPort();
  const [program = '', ...args] = npmServer('server-everything', transport);
  const child = spawn(program, args, {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (/(?:listening|running) on port/.test(text)) resolve();
    });
    child.once('exit', () => reject(new Error('server-everything ended')));
  });
  return {
    url: new URL(`http://127.0.0.1:${port}${transport === 'sse' ? '/sse' : '/mcp'}`),
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function findPort(): Promise<number> {
  const probe = await listen(() => undefined);
  await probe.stop();
  return Number(probe.url.port);
}

/** What a hand-made server was asked. */
export interface Asked {
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A server that a test writes by hand. */
export async function listen(
  handle: (asked: Asked, response: ServerResponse) => void,
): Promise<Running & { readonly asked: readonly Asked[] }> {
  const asked: Asked[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', headers } = request;
      const one = { method, headers, body: Buffer.concat(chunks).toString('utf8') };
      asked.push(one);
      handle(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: new URL(`http://127.0.0.1:${port}/mcp`),
    asked,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
