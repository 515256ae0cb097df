import type { DecisionTable } from '@agentpolicy/core';
import { createEngine, type Engine, EngineError, type EngineErrorCode } from '@agentpolicy/engine';
import { ProxyError, type ProxyErrorCode } from '../errors/proxy-error.ts';
import { listOwnFiles } from './own-files.ts';
import { type ProxyOptions, runWithEngine } from './run-with-engine.ts';

/** What is enforced beyond deciding on names and arguments. */
const HANDLES = ['schema_hash', 'scan_requests'] as const;

const CODES: Readonly<Record<EngineErrorCode, ProxyErrorCode>> = {
  'unsupported-feature': 'unsupported-policy',
  'bad-program': 'bad-table',
  'bad-environment': 'bad-option',
};

/**
 * Runs the server behind the policy and carries messages between it and the client until one of them ends
 * or a signal comes.
 *
 * Resolves with the status to exit with: the server's own (128 and the signal's number where a signal ended
 * it), 0 where the client left and the server had to be ended, 128 and the signal's number where a
 * signal to the proxy ended both, and 70 where the proxy itself failed. The caller should then exit at once: what nobody has read by now would keep
 * the process alive.
 * @throws ProxyError where the policy, the audit log or the command can't be used; nothing runs then.
 */
export async function runProxy(options: ProxyOptions): Promise<number> {
  const engine = loadEngine(options);
  return runWithEngine(options, engine, (table, previous) => loadEngine(options, table, previous));
}

/** The same policy in monitor mode. */
function monitor(table: DecisionTable): DecisionTable {
  return { ...table, policy: { ...table.policy, mode: 'monitor' } };
}

/** What an engine is made of. */
type EngineOptions = Pick<
  ProxyOptions,
  | 'table'
  | 'policyFiles'
  | 'auditPath'
  | 'audit'
  | 'pinPath'
  | 'dryRun'
  | 'home'
  | 'cwd'
  | 'foldCase'
  | 'clock'
>;

/**
 * The engine that enforces a table as the options have it.
 * @throws ProxyError where the table can't be enforced.
 */
export function loadEngine(options: EngineOptions, table = options.table, continues?: Engine): Engine {
  try {
    return createEngine(options.dryRun === true ? monitor(table) : table, {
      clock: options.clock,
      home: options.home,
      cwd: options.cwd,
      foldCase: options.foldCase,
      handles: HANDLES,
      ...(continues === undefined ? {} : { continues }),
      ownFiles: listOwnFiles(options),
    });
  } catch (cause) {
    if (cause instanceof EngineError) throw new ProxyError(CODES[cause.code], cause.message);
    throw cause;
  }
}
