import { createLog, type Log } from './log.ts';
import type { ProxyOptions } from './run-with-engine.ts';

/** The log of a run, in the form that the options want. */
export function openRunLog({
  stderr,
  logFormat,
  now,
}: Pick<ProxyOptions, 'stderr' | 'logFormat' | 'now'>): Log {
  return createLog(stderr, logFormat === 'json' ? { json: { now } } : {});
}
