import type { JsonNode } from '@agentpolicy/core';
import { createEngine } from '@agentpolicy/engine';
import { loadPolicy } from './load-policy.ts';

/** A pattern that means what it means in a policy: RE2, matched against STRING() of a value, anywhere in it. */
export type PatternCompiling =
  | { readonly ok: true; readonly matches: (value: JsonNode) => boolean }
  | { readonly ok: false; readonly message: string };

const ARGUMENT = 'value';

/** Compiles a pattern as the only rule of a policy, so that no second reading of patterns exists. */
export function compilePattern(source: string): PatternCompiling {
  const policy = {
    apiVersion: 'aip.io/v1alpha1',
    kind: 'AgentPolicy',
    metadata: { name: 'pattern' },
    spec: { tool_rules: [{ tool: 'match', allow_args: { [ARGUMENT]: source } }] },
  };
  const loaded = loadPolicy(JSON.stringify(policy), 'pattern.json');
  if (!loaded.ok)
    return { ok: false, message: loaded.diagnostics[0]?.message ?? 'the pattern is no pattern' };
  const engine = createEngine(loaded.table, {
    clock: () => 0,
    home: '/',
    cwd: '/',
    foldCase: false,
    ownFiles: [],
  });
  return {
    ok: true,
    matches: (value) => {
      const member = { key: ARGUMENT, keyStart: 0, keyEnd: 0, value };
      const args = { kind: 'object', members: [member], start: 0, end: 0 } as const;
      return engine.decideToolCall({ name: 'match', args }).decision === 'ALLOW';
    },
  };
}
