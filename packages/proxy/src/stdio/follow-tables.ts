import type { DecisionTable } from '@agentpolicy/core';
import type { Engine } from '@agentpolicy/engine';
import { ProxyError } from '../errors/proxy-error.ts';
import { describePolicy } from '../gateway/log-lines.ts';
import { printable } from '../text/printable.ts';
import type { Log } from './log.ts';

/** As many characters of a problem as a log line shows. */
const MAX_PROBLEM = 500;

/** What came of a change of the policy's file. */
export type TableUpdate =
  | { readonly ok: true; readonly table: DecisionTable }
  /** One line about why the file can't be used now. */
  | { readonly ok: false; readonly message: string };

export interface TableFollower {
  readonly updates: AsyncIterable<TableUpdate>;
  readonly engine: Engine;
  /** Makes the engine that takes over from another. */
  readonly remake: (table: DecisionTable, previous: Engine) => Engine;
  /** Another policy holds now. */
  readonly apply: (engine: Engine) => void;
  readonly log: Log;
}

/** Puts each new table in force. One that can't be enforced is refused, and the one before stays. */
export function followTables(follower: TableFollower): { stop(): void } {
  const iterator = follower.updates[Symbol.asyncIterator]();
  let stopped = false;
  void takeAll(follower, iterator, () => stopped);
  return {
    stop() {
      stopped = true;
      iterator.return?.()?.catch(() => undefined);
    },
  };
}

async function takeAll(
  { engine, remake, apply, log }: TableFollower,
  iterator: AsyncIterator<TableUpdate>,
  isStopped: () => boolean,
): Promise<void> {
  let current = engine;
  try {
    for (;;) {
      const { done, value } = await iterator.next();
      if (done === true || isStopped()) return;
      const next = value.ok ? tryMake(() => remake(value.table, current)) : value.message;
      if (typeof next === 'string') {
        log.line(`RELOAD_REFUSED: ${printable(next, MAX_PROBLEM)}; the policy before stays in force`);
        continue;
      }
      current = next;
      apply(next);
      log.line(`RELOADED: policy hash ${next.table.policy.hash}`);
      for (const line of describePolicy(next.table)) log.line(line);
    }
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    log.line(
      `RELOAD_FAILED: ${printable(problem, MAX_PROBLEM)}; the policy is no longer watched, and stays in force`,
    );
  }
}

function tryMake(make: () => Engine): Engine | string {
  try {
    return make();
  } catch (cause) {
    if (cause instanceof ProxyError) return cause.message;
    throw cause;
  }
}
