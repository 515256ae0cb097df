import { type DecisionTable, type JsonObject, toJsonObject } from '@agentpolicy/core';
import { compilePolicy } from '../../compiler/src/index.ts';
import { createEngine, type Engine } from '../../engine/src/index.ts';
import { parsePolicy } from '../../spec/src/index.ts';
import type { Claim, Decision } from '../src/index.ts';

/** Compiles a policy's text; a mistake in it fails the test. */
export function compileText(text: string): DecisionTable {
  const parsed = parsePolicy(text, 'policy.yaml');
  if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join('\n'));
  const compiled = compilePolicy(parsed.document);
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(({ message }) => message).join('\n'));
  return compiled.table;
}

/** Compiles what stands below `spec`, as a value. */
export function compileSpec(spec: object): DecisionTable {
  return compileText(
    JSON.stringify({
      apiVersion: 'aip.io/v1alpha2',
      kind: 'AgentPolicy',
      metadata: { name: 'p' },
      spec,
    }),
  );
}

export function startEngine(table: DecisionTable): Engine {
  return createEngine(table, {
    clock: () => 0,
    home: '/home/user',
    cwd: '/srv/work',
    foldCase: false,
    ownFiles: [],
    handles: ['signature', 'schema_hash', 'scan_requests', 'identity', 'server', 'registry', 'aat'],
  });
}

/** What the engine decides about one call, with a full bucket. */
export function decide(engine: Engine, tool: string, args: JsonObject): Decision {
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

/** Replays claims through the engines of both tables. */
export function confirmWith(old: DecisionTable, next: DecisionTable): (claim: Claim) => boolean {
  const engines = [startEngine(old), startEngine(next)] as const;
  return (claim) => {
    const args = toJsonObject(claim.arguments);
    return (
      decide(engines[0], claim.tool, args) === claim.from && decide(engines[1], claim.tool, args) === claim.to
    );
  };
}
