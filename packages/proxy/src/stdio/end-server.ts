import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerExit, ServerProcess } from './server-process.ts';
import type { Interruption } from './signals.ts';

/** How long each step of ending the server may take, in milliseconds. */
export interface EndTimes {
  /** After its input was closed, while nothing is asked of it. */
  readonly close: number;
  /** After its input was closed, while requests are open. */
  readonly closeWhilePending: number;
  /** After SIGTERM. */
  readonly terminate: number;
  /** After SIGKILL. */
  readonly kill: number;
  /** For handling what the server wrote, and again for the client to take it, once the server is gone. */
  readonly deliver: number;
}

/**
 * Clients give the proxy about two seconds after closing its input, and two more after SIGTERM, before they
 * kill it: by then the server must be gone, since nobody is left to end it.
 */
export const DEFAULT_END_TIMES: EndTimes = {
  close: 1500,
  closeWhilePending: 10_000,
  terminate: 1500,
  kill: 1000,
  deliver: 10_000,
};

/** How often is looked, in milliseconds, where nothing tells: no event says that a group's last member has gone. */
const POLL = 10;

export interface EndPlan {
  /** The client still waits for an answer: the server gets more time to end by itself. */
  readonly hasPending: () => boolean;
  readonly times: EndTimes;
  /** The first signal cuts waiting for the server's own end short, the second kills it. */
  readonly interruption: Interruption;
}

export interface EndResult {
  /** Null where the process could not even be killed in time. */
  readonly exit: ServerExit | null;
  /** It had to be signalled. */
  readonly forced: boolean;
}

/** Ends the server in bounded time: closes its input, then SIGTERM, then SIGKILL, each to its whole group. */
export async function endServer(server: ServerProcess, plan: EndPlan): Promise<EndResult> {
  const { times, interruption } = plan;
  const { hurry } = interruption;
  server.stdin.end();
  let exit = await awaitOwnEnd(server, plan);
  const forced = exit === null;
  if (exit === null && !hurry.aborted) {
    server.signalGroup('SIGTERM');
    exit = await waitFor(server.exited, times.terminate, hurry);
  }
  if (exit === null) {
    server.signalGroup('SIGKILL');
    exit = await waitFor(server.exited, times.kill);
  }
  await endGroup(server, times.terminate, hurry);
  return { exit, forced };
}

/** The server's own end after its input was closed; null where it takes too long. */
async function awaitOwnEnd(server: ServerProcess, plan: EndPlan): Promise<ServerExit | null> {
  const { times, interruption, hasPending } = plan;
  for (let waited = 0, idle = 0; waited < times.closeWhilePending && idle < times.close; waited += POLL) {
    const exit = await waitFor(server.exited, POLL, interruption.begun);
    if (exit !== null || interruption.begun.aborted) return exit;
    idle = hasPending() ? 0 : idle + POLL;
  }
  return null;
}

/** Ends what the server left behind in its group. */
async function endGroup(server: ServerProcess, ms: number, hurry: AbortSignal): Promise<void> {
  if (process.platform === 'win32' || !server.signalGroup('SIGTERM')) return;
  for (let waited = 0; waited < ms && !hurry.aborted; waited += POLL) {
    if (!server.signalGroup(0)) return;
    await sleep(POLL);
  }
  server.signalGroup('SIGKILL');
}

/** The promise's value, or null where it takes too long or waiting is cut short. */
export async function waitFor<T>(promise: Promise<T>, ms: number, cut?: AbortSignal): Promise<T | null> {
  const timer = new AbortController();
  const signal = cut === undefined ? timer.signal : AbortSignal.any([timer.signal, cut]);
  const timeout = sleep(ms, null, { signal }).catch(() => null);
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    timer.abort();
  }
}
