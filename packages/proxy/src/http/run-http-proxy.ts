import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { Engine } from '@agentpolicy/engine';
import { getRequestListener } from '@hono/node-server';
import type { AuditSink } from '../audit/sink.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { createGateway } from '../gateway/gateway.ts';
import { describePolicy } from '../gateway/log-lines.ts';
import type { PinStore } from '../gateway/tools/pins.ts';
import { DEFAULT_END_TIMES } from '../stdio/end-server.ts';
import { createLog, type Log } from '../stdio/log.ts';
import { openPinFile } from '../stdio/pin-file.ts';
import { loadEngine } from '../stdio/run-proxy.ts';
import { DEFAULT_MAX_LINE_BYTES, openLog, type ProxyOptions } from '../stdio/run-with-engine.ts';
import { signalStatus, startServer } from '../stdio/server-process.ts';
import { type Interruption, watchSignals } from '../stdio/signals.ts';
import { createApp } from './app.ts';
import type { Endpoint } from './endpoint.ts';
import { isLoopback, type ListenAddress } from './http-options.ts';
import { LocalEndpoint } from './local-endpoint.ts';
import { RemoteEndpoint } from './remote-endpoint.ts';
import type { SessionParts } from './session/http-session.ts';
import { LOOPBACK_HOSTS } from './wire/guard.ts';
import { returnedHeaders } from './wire/headers.ts';

const DRY_RUN =
  'WARNING: DRY RUN: nothing that only breaks the rules of the policy is refused, whatever its mode';
const NOBODY_ASKED = 'WARNING: over HTTP nobody is asked: calls of tools with `action: ask` are refused';

/** Milliseconds that a client has for the head of a request, and for all of it. */
const HEADERS_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 60_000;
const MAX_HEADER_BYTES = 32 * 1024;
/** What is fetched about how to log in is never this long. */
const MAX_METADATA = 256 * 1024;

type Shared = Pick<
  ProxyOptions,
  | 'table'
  | 'policyFiles'
  | 'auditPath'
  | 'audit'
  | 'verbose'
  | 'home'
  | 'cwd'
  | 'foldCase'
  | 'env'
  | 'now'
  | 'clock'
  | 'stderr'
  | 'signals'
  | 'maxLineBytes'
  | 'maxDepth'
  | 'filterTools'
  | 'denyAs'
  | 'endTimes'
  | 'pinPath'
  | 'dryRun'
>;

export interface HttpProxyOptions extends Shared {
  readonly listen: ListenAddress;
  /** A remote server, or the command of one that each session starts for itself. */
  readonly upstream:
    | { readonly kind: 'remote'; readonly url: URL; readonly headers: ReadonlyMap<string, string> }
    | { readonly kind: 'local'; readonly target: readonly string[] };
  /** What clients must show; needed where others than this machine can reach the proxy. */
  readonly token?: string;
  /** Names that clients may call the proxy by, besides those of this machine. */
  readonly allowedHosts?: readonly string[];
  /** Origins of web pages that may use the proxy, besides those of this machine. */
  readonly allowedOrigins?: readonly string[];
  /** Told where the proxy listens, once it does. */
  readonly onListening?: (url: URL) => void;
}

/**
 * Listens for clients over Streamable HTTP and carries their messages to the server until a signal comes.
 * Resolves with the status to exit with: 128 and the signal's number.
 * @throws ProxyError where the policy, the audit log, an option or the address can't be used.
 */
export async function runHttpProxy(options: HttpProxyOptions): Promise<number> {
  return await runHttpWithEngine(options, loadEngine(options));
}

/** As runHttpProxy, with an engine that was made before. */
export async function runHttpWithEngine(options: HttpProxyOptions, engine: Engine): Promise<number> {
  if (!isLoopback(options.listen) && (options.token === undefined || options.token === ''))
    throw new ProxyError(
      'bad-option',
      `others than this machine can reach ${options.listen.host}: give a bearer token, or listen at 127.0.0.1`,
    );
  const pins = options.pinPath === undefined ? null : openPinFile(options.pinPath);
  const log = createLog(options.stderr);
  const audit = openLog(options, log);
  const interruption = watchSignals(options.signals, () => undefined);
  const reopen = (): void => audit.reopen();
  if (process.platform !== 'win32') options.signals.on('SIGUSR2', reopen);
  const endpoint = createEndpoint({ options, engine, pins, audit, log, interruption });
  try {
    for (const line of describePolicy(engine.table)) log.line(line);
    if (options.dryRun === true) log.line(DRY_RUN);
    if (options.table.rows.some((row) => row.action === 'ask')) log.line(NOBODY_ASKED);
    const server = await listen(options, endpoint, log);
    const signal = await interruption.first;
    log.line(`${signal}: ending`);
    server.close();
    await endpoint.close();
    server.closeAllConnections();
    return signalStatus(signal);
  } finally {
    await endpoint.close();
    interruption.stop();
    if (process.platform !== 'win32') options.signals.off('SIGUSR2', reopen);
    audit.close();
  }
}

interface Run {
  readonly options: HttpProxyOptions;
  readonly engine: Engine;
  readonly pins: PinStore | null;
  readonly audit: AuditSink;
  readonly log: Log;
  readonly interruption: Interruption;
}

function createEndpoint({ options, engine, pins, audit, log, interruption }: Run): Endpoint {
  const { upstream, maxDepth, cwd, env } = options;
  const depth = maxDepth === undefined ? {} : { maxDepth };
  const maxBytes = options.maxLineBytes ?? DEFAULT_MAX_LINE_BYTES;
  const createParts = (): SessionParts => ({
    gateway: createSessionGateway(options, engine, pins),
    audit,
    log,
    ...depth,
  });
  switch (upstream.kind) {
    case 'remote':
      return new RemoteEndpoint({ ...upstream, maxBytes, fetch, createParts, ...depth });
    case 'local':
      return new LocalEndpoint({
        start: () => startServer({ argv: upstream.target, cwd, env }),
        createParts,
        createSessionId: randomUUID,
        log,
        maxBytes,
        times: options.endTimes ?? DEFAULT_END_TIMES,
        interruption,
        stderrScanner: options.table.dlp?.filterStderr === true ? engine.logs : null,
        onStderrMatch: (rule, count) =>
          void audit.append([{ kind: 'dlp', direction: 'downstream', rule, action: 'REDACTED', count }]),
        ...depth,
      });
  }
}

function createSessionGateway(
  options: HttpProxyOptions,
  engine: Engine,
  pins: PinStore | null,
): SessionParts['gateway'] {
  const { verbose = false, filterTools = true, denyAs, maxDepth } = options;
  return createGateway({
    engine,
    verbose,
    filterTools,
    ...(denyAs === undefined ? {} : { denyAs }),
    ...(pins === null ? {} : { pins }),
    ...(maxDepth === undefined ? {} : { maxDepth }),
  });
}

async function listen(options: HttpProxyOptions, endpoint: Endpoint, log: Log): Promise<Server> {
  const { upstream, token = null, allowedHosts = [], allowedOrigins = [] } = options;
  const path = upstream.kind === 'remote' ? upstream.url.pathname : '/mcp';
  const hosts = isLoopback(options.listen) || allowedHosts.length > 0;
  const app = createApp({
    endpoint,
    path,
    guard: {
      hosts: hosts ? new Set([...LOOPBACK_HOSTS, ...allowedHosts.map((host) => host.toLowerCase())]) : null,
      origins: new Set(allowedOrigins),
      token,
    },
    maxBytes: options.maxLineBytes ?? DEFAULT_MAX_LINE_BYTES,
    fetchMetadata: upstream.kind === 'remote' ? (wanted) => fetchMetadata(upstream.url, wanted) : null,
  });
  const limits = {
    headersTimeout: HEADERS_TIMEOUT,
    requestTimeout: REQUEST_TIMEOUT,
    maxHeaderSize: MAX_HEADER_BYTES,
  };
  const server = createServer(limits, getRequestListener(app.fetch));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(explainListen(options.listen, cause)));
    server.listen(options.listen.port, options.listen.host.replace(/^\[|\]$/g, ''), resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.listen.port;
  const url = new URL(`http://${options.listen.host}:${port}${path}`);
  log.line(`Listening at ${url.href}`);
  options.onListening?.(url);
  return server;
}

function explainListen({ host, port }: ListenAddress, cause: Error): ProxyError {
  const code = 'code' in cause ? String(cause.code) : cause.message;
  const remedy = code === 'EADDRINUSE' ? '; something else listens there: choose another port' : '';
  return new ProxyError('listen-failed', `can't listen at ${host}:${port}: ${code}${remedy}`);
}

/** What the server publishes about how to log in (RFC 9728, RFC 8414), unharmed. */
async function fetchMetadata(upstream: URL, path: string): Promise<Response> {
  try {
    const response = await fetch(new URL(path, upstream), {
      redirect: 'manual',
      headers: { accept: 'application/json' },
    });
    const text = await response.text();
    const headers = returnedHeaders(response.headers);
    const type = response.headers.get('content-type') ?? '';
    if (!type.startsWith('application/json') || text.length > MAX_METADATA)
      return new Response(null, { status: response.ok ? 502 : response.status });
    headers.set('content-type', 'application/json');
    return new Response(text, { status: response.status, headers });
  } catch {
    return new Response(null, { status: 502 });
  }
}
