import type { Diagnostic, Severity } from '@agentpolicy/core';

export const FAIL_LEVELS = ['error', 'warning', 'info'] as const satisfies readonly Severity[];
export type FailLevel = (typeof FAIL_LEVELS)[number];

/** What findings a run may have and still succeed. */
export interface Tolerance {
  /** The mildest severity that fails; `warning` unless told. */
  readonly failLevel?: FailLevel;
  /** So many warnings are let pass; with `failLevel: error` any number unless told, otherwise none. */
  readonly maxWarnings?: number;
}

export interface SeverityCounts {
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
}

export function countSeverities(diagnostics: readonly Diagnostic[]): SeverityCounts {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of diagnostics) counts[severity]++;
  return { errors: counts.error, warnings: counts.warning, infos: counts.info };
}

/** Whether the findings fail the run. An error always does. */
export function isFailure(counts: SeverityCounts, tolerance: Tolerance): boolean {
  const { failLevel = 'warning' } = tolerance;
  const maxWarnings = tolerance.maxWarnings ?? (failLevel === 'error' ? Number.POSITIVE_INFINITY : 0);
  if (counts.errors > 0 || counts.warnings > maxWarnings) return true;
  return failLevel === 'info' && counts.infos > 0;
}
