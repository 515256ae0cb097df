import type { Readable, Writable } from 'node:stream';
import type { Engine } from '@agentpolicy/engine';
import { DEFAULT_END_TIMES, type EndTimes, waitFor } from '../stdio/end-server.ts';
import type { Log } from '../stdio/log.ts';
import { openRunLog } from '../stdio/open-run-log.ts';
import { loadEngine } from '../stdio/run-proxy.ts';
import { DEFAULT_MAX_LINE_BYTES, type RemakeEngine } from '../stdio/run-with-engine.ts';
import { signalStatus } from '../stdio/server-process.ts';
import { type Interruption, type SignalSource, watchSignals } from '../stdio/signals.ts';
import { Enforcement, type EnforcementOptions } from './enforcement.ts';
import { createRemoteSender, describeServer, type RemoteServer, warnOfClearText } from './remote-server.ts';
import type { MessageSink } from './session/exchange.ts';
import { HttpSession, type SessionParts } from './session/http-session.ts';
import { connectLegacy } from './session/legacy-upstream.ts';
import { RemoteClient } from './session/remote-client.ts';
import { createSink, readClient } from './stdio-client.ts';
import { ParamHeaders } from './wire/param-headers.ts';
import type { SendRequest } from './wire/send-request.ts';

export interface RemoteProxyOptions extends Omit<EnforcementOptions, 'serverLabel'> {
  readonly upstream: RemoteServer;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly signals: SignalSource;
  readonly endTimes?: EndTimes;
}

/** Milliseconds that the server has to end a session, and the client to take what was said last. */
const END_TIME = 2000;

/**
 * Carries messages between a client on standard input and output and a server behind a URL until the client closes
 * its side, the session is lost, or a signal comes.
 *
 * Resolves with the status to exit with: 0 where the client left, 1 where the server ended the session, and 128 and
 * the signal's number. The caller should then exit at once.
 * @throws ProxyError where the policy, the audit log, an option or a server of the old transport can't be used.
 */
export async function runRemoteProxy(options: RemoteProxyOptions): Promise<number> {
  const engine = loadEngine(options);
  return await runRemoteWithEngine(options, engine, (table, previous) =>
    loadEngine(options, table, previous),
  );
}

/** As runRemoteProxy, with an engine that was made before. */
export async function runRemoteWithEngine(
  options: RemoteProxyOptions,
  engine: Engine,
  remake: RemakeEngine = () => engine,
): Promise<number> {
  const { upstream, stdin, stdout, signals } = options;
  const send = createRemoteSender(upstream);
  const log = openRunLog(options);
  const enforcement = new Enforcement(
    { ...options, serverLabel: describeServer(upstream) },
    engine,
    remake,
    log,
  );
  const interruption = watchSignals(signals, () => undefined);
  const reopen = (): void => enforcement.audit.reopen();
  if (process.platform !== 'win32') signals.on('SIGUSR2', reopen);
  try {
    log.line(`The server is at ${describeServer(upstream)}`);
    const warning = warnOfClearText(upstream);
    if (warning !== null) log.line(warning);
    const sink = createSink(stdout);
    const maxBytes = options.maxLineBytes ?? DEFAULT_MAX_LINE_BYTES;
    const link = await openLink({ upstream, send, log, sink, maxBytes, parts: enforcement.createParts() });
    return await carry(options, link, sink, interruption, log);
  } finally {
    interruption.stop();
    if (process.platform !== 'win32') signals.off('SIGUSR2', reopen);
    stdin.destroy();
    enforcement.stop();
  }
}

/** The session with the server. */
interface Link {
  readonly session: HttpSession;
  /** Resolves, with the reason, when nothing can be asked any more. */
  readonly lost: Promise<string>;
  /** Ends it at the server. */
  end(): Promise<void>;
}

interface LinkOptions {
  readonly upstream: RemoteServer;
  readonly send: SendRequest;
  readonly log: Log;
  readonly sink: MessageSink;
  readonly maxBytes: number;
  readonly parts: SessionParts;
}

/** Carries messages until something ends them, and ends what is left. */
async function carry(
  { stdin, stdout, endTimes = DEFAULT_END_TIMES, maxLineBytes = DEFAULT_MAX_LINE_BYTES }: RemoteProxyOptions,
  link: Link,
  sink: MessageSink,
  interruption: Interruption,
  log: Log,
): Promise<number> {
  const client = readClient({ input: stdin, output: stdout }, link.session, sink, maxLineBytes);
  const cause = await Promise.race([
    client.ended.then(() => ({ kind: 'client' }) as const),
    link.lost.then((reason) => ({ kind: 'lost', reason }) as const),
    interruption.first.then((signal) => ({ kind: 'signal', signal }) as const),
  ]);
  client.stop();
  if (cause.kind === 'client')
    await waitFor(client.answered(), endTimes.closeWhilePending, interruption.begun);
  await waitFor(link.end(), END_TIME, interruption.hurry);
  const reason = cause.kind === 'lost' ? cause.reason : 'the proxy ends';
  log.line(`Ending: ${cause.kind === 'client' ? 'the client has left' : reason}`);
  link.session.end(reason);
  await waitFor(flush(stdout), END_TIME, interruption.hurry);
  switch (cause.kind) {
    case 'client':
      return 0;
    case 'lost':
      return 1;
    case 'signal':
      return signalStatus(cause.signal);
  }
}

async function openLink({ upstream, send, log, sink, maxBytes, parts }: LinkOptions): Promise<Link> {
  let lose: (reason: string) => void = () => undefined;
  const lost = new Promise<string>((resolve) => {
    lose = resolve;
  });
  if (upstream.legacy === true) {
    const connect = await connectLegacy({ ...upstream, send, maxBytes })(new Headers());
    const session = new HttpSession(parts, (each) =>
      connect(each, () => lose('the server ended its stream')),
    );
    return { session, lost, end: () => session.link.end() };
  }
  const options = { ...upstream, send, params: new ParamHeaders(), maxBytes, sink, log, onLost: lose };
  const session = new HttpSession(parts, (each) => new RemoteClient(each, options));
  return { session, lost, end: () => session.link.end(END_TIME) };
}

/** Everything that was written has left, or nobody takes it any more. */
function flush(output: Writable): Promise<void> {
  if (!output.writable) return Promise.resolve();
  return new Promise((resolve) => {
    output.once('close', resolve);
    output.write('', () => resolve());
  });
}
