import type { Call, Claim, Decision } from '@agentpolicy/analysis';
import type { DecisionTable, JsonObject } from '@agentpolicy/core';
import { createEngine, type Engine } from '@agentpolicy/engine';
import { readMessage, readToolCall } from '@agentpolicy/message';
import type { CommandContext } from '../context.ts';
import { readMachineFacts } from '../input/environment.ts';

/** The call as a client sends it. */
export function writeCall({ tool, arguments: args }: Call): string {
  return JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: tool, arguments: args },
  });
}

/** What a policy decides about a call, as if no rate limit were used up. */
export type Decide = (tool: string, args: JsonObject) => Decision;

/** Starts an engine that enforces the table. In monitor mode a call that would be refused is allowed. */
export function startDecider(context: CommandContext, table: DecisionTable): Decide {
  const engine = createEngine(table, {
    ...readMachineFacts(context),
    clock: () => 0,
    ownFiles: [],
    // Deciding on a name and arguments needs none of them; they are compared apart.
    handles: table.requires,
  });
  return (tool, args) => decideCall(engine, tool, args);
}

function decideCall(engine: Engine, tool: string, args: JsonObject): Decision {
  if (engine.decideMethod('tools/call').decision === 'BLOCK') return 'block';
  const { decision } = engine.decideToolCall({ name: tool, args, free: true });
  switch (decision) {
    case 'ALLOW':
      return 'allow';
    case 'ASK':
      return 'ask';
    case 'BLOCK':
    case 'RATE_LIMITED':
      return 'block';
  }
}

/** Reads a call's message as the proxy reads it, and decides; undefined where the proxy takes it for no call. */
export function decideMessage(decide: Decide, text: string): Decision | undefined {
  const [call] = readCalls(text);
  return call === undefined ? undefined : decide(call.name, call.arguments);
}

/** A tool call that a client's message makes. */
export interface ReadCall {
  readonly name: string;
  readonly arguments: JsonObject;
}

/** The tool calls that a client's message makes: one, several in a batch, none where it is something else. */
export function readCalls(text: string): readonly ReadCall[] {
  const message = readMessage(text, 'client');
  return (message.kind === 'batch' ? message.elements : [message]).flatMap((each) => {
    if (each.kind !== 'request' && each.kind !== 'notification') return [];
    if (each.normalizedMethod !== 'tools/call') return [];
    const read = readToolCall(each);
    return read.ok ? [read.call] : [];
  });
}

/** Replays the message that a report shows through the engines of both policies. */
export function createConfirm(old: Decide, next: Decide): (claim: Claim) => boolean {
  return (claim) => {
    const text = writeCall(claim);
    return decideMessage(old, text) === claim.from && decideMessage(next, text) === claim.to;
  };
}
