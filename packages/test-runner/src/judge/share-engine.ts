import type { Engine } from '@agentpolicy/engine';

/** Makes an engine that tells the time by the clock. */
export type EngineMaker = (clock: () => number) => Engine;

/**
 * The same maker, but for a policy without rate limits it gives one engine to everybody: nothing in it remembers a call,
 * and its programs are loaded and warmed up once.
 */
export function shareEngine(make: EngineMaker): EngineMaker {
  let shared: Engine | undefined;
  return (clock) => {
    if (shared !== undefined) return shared;
    const engine = make(clock);
    if (engine.table.rows.every(({ rateLimit }) => rateLimit === null)) shared = engine;
    return engine;
  };
}
