import type { DecisionError, Engine, ToolDecision, ToolReason } from '@agentpolicy/engine';
import { type DefinitionReason, explainDefinition } from './tools/definition-guard.ts';

/** Why a call is decided as it is: by the engine, or by the server's definition of the tool. */
export type CallReason = ToolReason | DefinitionReason;

/** An engine's decision with what the gateway adds to it. */
export type CallDecision = Pick<ToolDecision, 'decision' | 'violation' | 'entry' | 'error'> & {
  readonly reason: CallReason;
};

/** What is decided before a tool's definition is looked at: its reasons stand whatever the definition is. */
export function precedesDefinition({ reason }: ToolDecision): boolean {
  return reason.kind === 'rate-limit' || reason.kind === 'protected-path' || reason.kind === 'denied';
}

/** A definition that does not fit refuses the call; in monitor mode it is only told. */
export function refuseDefinition(
  engine: Engine,
  judged: ToolDecision,
  reason: DefinitionReason,
): CallDecision {
  const base = { violation: true, entry: judged.entry, reason };
  if (engine.table.policy.mode === 'monitor')
    return { ...base, decision: judged.decision === 'ASK' ? 'ASK' : 'ALLOW', error: null };
  const error: DecisionError = explainDefinition(reason);
  return { ...base, decision: 'BLOCK', error };
}
