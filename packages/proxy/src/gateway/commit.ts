import type { AuditRecord } from '../audit/record.ts';
import type { AuditSink } from '../audit/sink.ts';
import type { Delivery, Effect, ForwardEffect } from './effects.ts';

/** What to do instead of a forward whose records could not be written. */
export type Withdraw = (forward: ForwardEffect) => readonly Effect[];

/**
 * Writes the records of the effects, all at once and before anything is sent, and gives what is left to
 * deliver. Where the records can't be written, no message that has one is forwarded.
 */
export function commitEffects(
  effects: readonly Effect[],
  sink: AuditSink,
  withdraw: Withdraw,
): readonly Delivery[] {
  const records: AuditRecord[] = [];
  for (const effect of effects) {
    if (effect.kind === 'audit') records.push(effect.record);
    else if (effect.kind === 'forward') records.push(...effect.records);
  }
  const failure = sink.append(records);
  const deliveries: Delivery[] = [];
  if (failure !== null)
    deliveries.push({
      kind: 'log',
      text: `AUDIT_FAILED: ${failure.message}; calls are refused until it can be written`,
    });
  for (const effect of effects) deliver(effect, failure === null, withdraw, deliveries);
  return deliveries;
}

function deliver(effect: Effect, recorded: boolean, withdraw: Withdraw, deliveries: Delivery[]): void {
  switch (effect.kind) {
    case 'audit':
      return;
    case 'forward':
      if (recorded || effect.records.length === 0)
        deliveries.push({ kind: 'send', to: effect.to, text: effect.text });
      else for (const instead of withdraw(effect)) deliver(instead, false, withdraw, deliveries);
      return;
    case 'send':
    case 'ask':
    case 'close-question':
    case 'log':
    case 'noise':
      deliveries.push(effect);
  }
}
