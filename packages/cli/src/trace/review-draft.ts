import type { Diagnostic } from '@agentpolicy/core';
import { lintPolicy } from '@agentpolicy/lint';
import { parsePolicy } from '@agentpolicy/spec';

/** What `aip lint` has against a policy that was drafted here. */
export function reviewDraft(text: string): readonly Diagnostic[] {
  const parsed = parsePolicy(text, 'draft');
  return parsed.ok ? lintPolicy(parsed.document) : parsed.diagnostics;
}
