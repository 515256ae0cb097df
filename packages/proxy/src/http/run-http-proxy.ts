import { randomUUID } from 'node:crypto';
import type { Engine } from '@agentpolicy/engine';
import { ProxyError } from '../errors/proxy-error.ts';
import { DEFAULT_END_TIMES, type EndTimes } from '../stdio/end-server.ts';
import type { Log } from '../stdio/log.ts';
import { openRunLog } from '../stdio/open-run-log.ts';
import { loadEngine } from '../stdio/run-proxy.ts';
import { DEFAULT_MAX_LINE_BYTES, type RemakeEngine } from '../stdio/run-with-engine.ts';
import { signalStatus, startServer } from '../stdio/server-process.ts';
import { type Interruption, type SignalSource, watchSignals } from '../stdio/signals.ts';
import { createApp } from './app.ts';
import type { Endpoint } from './endpoint.ts';
import { Enforcement, type EnforcementOptions, type SessionFacts } from './enforcement.ts';
import { isLoopback } from './http-options.ts';
import { checkListenOptions, type Listener, type ListenOptions, startListening } from './listen.ts';
import { LocalEndpoint, type StartServer } from './local-endpoint.ts';
import { fetchMetadata } from './metadata.ts';
import { RemoteEndpoint } from './remote-endpoint.ts';
import { createRemoteSender, describeServer, type RemoteServer, warnOfClearText } from './remote-server.ts';
import { connectLegacy } from './session/legacy-upstream.ts';
import { LocalUpstream } from './session/local-upstream.ts';
import { LOOPBACK_HOSTS } from './wire/guard.ts';
import { ParamHeaders } from './wire/param-headers.ts';
import type { SendRequest } from './wire/send-request.ts';

export interface HttpProxyOptions extends Omit<EnforcementOptions, 'serverLabel'>, ListenOptions {
  /** A remote server, or the command of one that each session starts for itself. */
  readonly upstream: RemoteServer | { readonly kind: 'local'; readonly target: readonly string[] };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signals: SignalSource;
  readonly endTimes?: EndTimes;
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
  const engine = loadEngine(options);
  return await runHttpWithEngine(options, engine, (table, previous) => loadEngine(options, table, previous));
}

/** As runHttpProxy, with an engine that was made before. */
export async function runHttpWithEngine(
  options: HttpProxyOptions,
  engine: Engine,
  remake: RemakeEngine = () => engine,
): Promise<number> {
  checkListenOptions(options);
  const { upstream } = options;
  const send = upstream.kind === 'remote' ? createRemoteSender(upstream) : null;
  const log = openRunLog(options);
  const serverLabel = upstream.kind === 'remote' ? describeServer(upstream) : upstream.target.join(' ');
  const enforcement = new Enforcement({ ...options, serverLabel }, engine, remake, log);
  const started: { endpoint?: Endpoint } = {};
  const interruption = watchSignals(options.signals, () => started.endpoint?.kill());
  const reopen = (): void => enforcement.audit.reopen();
  if (process.platform !== 'win32') options.signals.on('SIGUSR2', reopen);
  const endpoint = createEndpoint({ options, enforcement, log, interruption, send });
  started.endpoint = endpoint;
  const warning = upstream.kind === 'remote' ? warnOfClearText(upstream) : null;
  try {
    if (warning !== null) log.line(warning);
    const { server } = await listen({ options, enforcement, log, interruption, send }, endpoint);
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
    enforcement.stop();
  }
}

interface Run {
  readonly options: HttpProxyOptions;
  readonly enforcement: Enforcement;
  readonly log: Log;
  readonly interruption: Interruption;
  /** Null where the server is a command. */
  readonly send: SendRequest | null;
}

function createEndpoint(run: Run): Endpoint {
  const { options, enforcement, log, send } = run;
  const { upstream, maxDepth, maxLineBytes: maxBytes = DEFAULT_MAX_LINE_BYTES } = options;
  const limits = { maxBytes, ...(maxDepth === undefined ? {} : { maxDepth }) };
  const { refuse } = enforcement;
  const createParts = (facts?: SessionFacts) => enforcement.createParts(facts);
  if (upstream.kind === 'remote' && upstream.legacy !== true && send !== null) {
    const { url, headers } = upstream;
    const params = new ParamHeaders();
    return new RemoteEndpoint({ url, headers, send, params, refuse, createParts, ...limits });
  }
  return new LocalEndpoint({
    start:
      upstream.kind === 'remote' && send !== null
        ? connectLegacy({ ...upstream, send, maxBytes })
        : startProcesses(run),
    createParts,
    createSessionId: randomUUID,
    refuse,
    onFailure: (cause) =>
      log.line(`A session could not begin: ${cause instanceof ProxyError ? cause.message : 'it failed'}`),
    ...limits,
  });
}

/** Each session's own process. */
function startProcesses({ options, enforcement, log, interruption }: Run): StartServer {
  const { upstream, cwd, env, endTimes: times = DEFAULT_END_TIMES, maxLineBytes } = options;
  const argv = upstream.kind === 'local' ? upstream.target : [];
  return async () => {
    const server = await startServer({ argv, cwd, env });
    return (session, onExit) =>
      new LocalUpstream(session, {
        server,
        log,
        maxBytes: maxLineBytes ?? DEFAULT_MAX_LINE_BYTES,
        times,
        interruption,
        stderrScanner: enforcement.scanStderr(),
        rawStderr: options.rawServerStderr ?? false,
        onStderrMatch: (rule, count) =>
          void enforcement.audit.append([
            { kind: 'dlp', direction: 'downstream', rule, action: 'REDACTED', count },
          ]),
        onExit,
      });
  };
}

async function listen({ options, enforcement, log, send }: Run, endpoint: Endpoint): Promise<Listener> {
  const { upstream, token = null, allowedHosts = [], allowedOrigins = [] } = options;
  const path = upstream.kind === 'remote' && upstream.legacy !== true ? pathOf(upstream.url) : '/mcp';
  const hosts = isLoopback(options.listen) || allowedHosts.length > 0;
  const app = createApp({
    endpoint,
    path,
    guard: {
      hosts: hosts
        ? new Set([...LOOPBACK_HOSTS, options.listen.host, ...allowedHosts].map((host) => host.toLowerCase()))
        : null,
      origins: new Set(allowedOrigins),
      token,
    },
    maxBytes: options.maxLineBytes ?? DEFAULT_MAX_LINE_BYTES,
    refuse: enforcement.refuse,
    onIntruder: (reason) => log.line(`REFUSED: somebody who may not connect: ${reason}`),
    fetchMetadata:
      upstream.kind === 'remote' && send !== null
        ? (wanted) => fetchMetadata(upstream.url, wanted, send, enforcement.mayPass)
        : null,
  });
  const listener = await startListening(app, path, options);
  log.line(`Listening at ${listener.url.href}`);
  options.onListening?.(listener.url);
  return listener;
}

/** The server's own path, so that clients know it again; what could be read as a pattern is not used. */
function pathOf({ pathname }: URL): string {
  return /^[A-Za-z0-9/._~-]+$/.test(pathname) ? pathname : '/mcp';
}
