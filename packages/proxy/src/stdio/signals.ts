const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Where signals to the proxy, and its own end, are heard of; `process` is one. */
export interface SignalSource {
  on(event: NodeJS.Signals | 'exit', listener: () => void): unknown;
  off(event: NodeJS.Signals | 'exit', listener: () => void): unknown;
}

/** What the operator asked for by signals: the first ends the server, the second kills it. */
export interface Interruption {
  readonly first: Promise<NodeJS.Signals>;
  /** Aborted at the first signal. */
  readonly begun: AbortSignal;
  /** Aborted at the second signal. */
  readonly hurry: AbortSignal;
  stop(): void;
}

/** Listens for signals until stopped. `onExit` is called should the whole process end before that. */
export function watchSignals(source: SignalSource, onExit: () => void): Interruption {
  const begun = new AbortController();
  const hurry = new AbortController();
  const cleanups: (() => void)[] = [];
  const listen = (event: NodeJS.Signals | 'exit', listener: () => void): void => {
    source.on(event, listener);
    cleanups.push(() => source.off(event, listener));
  };
  const first = new Promise<NodeJS.Signals>((resolve) => {
    let seen = 0;
    for (const signal of SIGNALS) {
      listen(signal, () => {
        if (seen++ > 0) hurry.abort();
        begun.abort();
        resolve(signal);
      });
    }
  });
  listen('exit', onExit);
  return {
    first,
    begun: begun.signal,
    hurry: hurry.signal,
    stop: () => {
      for (const cleanup of cleanups) cleanup();
    },
  };
}
