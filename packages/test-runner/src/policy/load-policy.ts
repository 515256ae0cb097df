import { compilePolicy } from '@agentpolicy/compiler';
import type { DecisionTable, Diagnostic } from '@agentpolicy/core';
import { parsePolicy } from '@agentpolicy/spec';

export type PolicyLoading =
  /** `source` is the policy as JSON. */
  | { readonly ok: true; readonly table: DecisionTable; readonly source: string }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Parses and compiles a policy's text. */
export function loadPolicy(text: string, file: string): PolicyLoading {
  const parsed = parsePolicy(text, file);
  if (!parsed.ok) return parsed;
  const compiled = compilePolicy(parsed.document);
  return compiled.ok ? { ...compiled, source: JSON.stringify(parsed.document.policy) } : compiled;
}
