import type { Engine, Scanner } from '@agentpolicy/engine';
import type { ProxyOptions } from './run-with-engine.ts';

/** Where the policy can change, it may ask for the scanner later: the text goes through it line by line anyway. */
export function scanStderr(options: Pick<ProxyOptions, 'watchTable'>, current: () => Engine): Scanner | null {
  const find = (): Scanner | null => {
    const { table, logs } = current();
    return table.dlp?.filterStderr === true ? logs : null;
  };
  if (options.watchTable === undefined) return find();
  return {
    scanText: (text) => find()?.scanText(text) ?? { text, events: [], truncated: false },
    scanMessage: (message, source) =>
      find()?.scanMessage(message, source) ?? { kind: 'clean', events: [], truncated: false },
  };
}
