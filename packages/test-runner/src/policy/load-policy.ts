import { compilePolicy } from '@agentpolicy/compiler';
import type { DecisionTable, Diagnostic } from '@agentpolicy/core';
import { parsePolicy } from '@agentpolicy/spec';

export type PolicyLoading =
  | { readonly ok: true; readonly table: DecisionTable }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Parses and compiles a policy's text. */
export function loadPolicy(text: string, file: string): PolicyLoading {
  const parsed = parsePolicy(text, file);
  return parsed.ok ? compilePolicy(parsed.document) : parsed;
}
