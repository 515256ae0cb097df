import { formatClock } from './format.ts';
import type { ConsoleState, PastCall } from './state.ts';

/** One line about a call that is over. */
export function describePast({ id, tool, outcome, at }: PastCall): string {
  return `${formatClock(at)}  ${outcome.padEnd('timed out'.length)}  #${id}  ${tool}`;
}

/** What a session leaves behind in the terminal: its calls, and how many there were of each kind. */
export function summarize({ history, counts }: ConsoleState): readonly string[] {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (total === 0) return ['Nothing was asked'];
  const kinds = Object.entries(counts).filter(([, count]) => count > 0);
  const left = total - history.length;
  return [
    ...(left > 0 ? [`${left} earlier calls are not listed`] : []),
    ...history.map(describePast),
    `${total} ${total === 1 ? 'call' : 'calls'}: ${kinds.map(([kind, count]) => `${count} ${kind}`).join(', ')}`,
  ];
}
