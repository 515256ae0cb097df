import type { Writable } from 'node:stream';
import type { Connection, ConnectionEnd } from './connection.ts';
import { type EndTimes, endServer, waitFor } from './end-server.ts';
import type { Log } from './log.ts';
import { type ServerExit, type ServerProcess, signalStatus } from './server-process.ts';
import type { Interruption } from './signals.ts';

/** A reader that takes nothing for this long, in milliseconds, is not waited for when all else has ended. */
const STALLED = 2000;

/** The status of a proxy that failed itself (EX_SOFTWARE). */
const FAILED = 70;

export interface Supervision {
  readonly server: ServerProcess;
  readonly connection: Connection;
  /** Standard output and standard error. */
  readonly output: Writable;
  readonly errors: Writable;
  readonly interruption: Interruption;
  readonly log: Log;
  readonly times: EndTimes;
  readonly hasPending: () => boolean;
}

type EndCause =
  | { readonly kind: ConnectionEnd }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals };

/**
 * Waits for the end of the connection, ends the server in bounded time, delivers what it wrote, and answers
 * what is still open. Resolves with the status to exit with.
 */
export async function supervise(run: Supervision): Promise<number> {
  const { server, connection, output, errors, interruption, log, times } = run;
  const cause = await Promise.race<EndCause>([
    connection.ended.then((kind) => ({ kind })),
    interruption.first.then((signal) => ({ kind: 'signal', signal })),
  ]);
  // Signals count while the server is being ended too, whatever began it.
  const signalled = { signal: cause.kind === 'signal' ? cause.signal : null };
  void interruption.first.then((signal) => {
    signalled.signal = signal;
    log.line(`${signal}: ending the server`);
  });
  // Who closed only one side may still read; nobody else's answers are worth waiting for.
  const hasPending = cause.kind === 'client-closed' ? run.hasPending : () => false;
  const { exit, forced } = await endServer(server, { hasPending, times, interruption });
  await settle(connection.drained, connection.progress, run);
  const fate = describeExit(exit);
  connection.close(cause.kind === 'failed' ? 'The proxy failed' : `The server ${fate}`);
  await settle(flushed(output), connection.progress, run);
  log.line(`Subprocess PID ${server.pid} ${fate}`);
  await settle(flushed(errors), () => errors.writableLength, run);
  if (connection.hasFailed()) return FAILED;
  if (signalled.signal !== null) return signalStatus(signalled.signal);
  if (forced && cause.kind !== 'server-closed') return 0;
  return exit?.status ?? 1;
}

function describeExit(exit: ServerExit | null): string {
  if (exit === null) return 'could not be ended';
  return exit.signal === null ? `exited with status ${exit.status}` : `was ended by ${exit.signal}`;
}

/** Everything that was written has left, or nobody takes it any more. */
function flushed(output: Writable): Promise<void> {
  if (!output.writable) return Promise.resolve();
  return new Promise((resolve) => {
    output.once('close', resolve);
    output.write('', () => resolve());
  });
}

/** Waits for as long as something moves, and no longer than the time given. */
async function settle(
  promise: Promise<void>,
  progress: () => number,
  { times, interruption }: Pick<Supervision, 'times' | 'interruption'>,
): Promise<void> {
  const { hurry } = interruption;
  let settled = false;
  const done = promise.then(() => {
    settled = true;
  });
  for (let waited = 0; waited < times.deliver; waited += STALLED) {
    const seen = progress();
    await waitFor(done, Math.min(STALLED, times.deliver - waited), hurry);
    if (settled || hurry.aborted || progress() === seen) return;
  }
}
