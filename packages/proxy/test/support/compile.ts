import type { DecisionTable } from '@agentpolicy/core';
import { compilePolicy } from '../../../compiler/src/index.ts';
import { parsePolicy } from '../../../spec/src/index.ts';

/** Compiles a policy that has no mistakes. */
export function compile(yaml: string): DecisionTable {
  const parsed = parsePolicy(yaml, 'policy.yaml');
  if (!parsed.ok) throw new Error(parsed.diagnostics.map((each) => each.message).join('\n'));
  const compiled = compilePolicy(parsed.document);
  if (!compiled.ok) throw new Error(compiled.diagnostics.map((each) => each.message).join('\n'));
  return compiled.table;
}

/** A policy of one version with the given lines of its `spec`. */
export function policy(spec: string, version = 'v1alpha1'): string {
  const lines = spec.trim().split('\n');
  return `apiVersion: aip.io/${version}\nkind: AgentPolicy\nmetadata:\n  name: test-policy\nspec:\n${lines.map((line) => `  ${line}`).join('\n')}\n`;
}
