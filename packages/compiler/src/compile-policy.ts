import {
  compareDiagnostics,
  type DecisionTable,
  type Diagnostic,
  TABLE_FORMAT,
  TABLE_KIND,
} from '@agentpolicy/core';
import { UNICODE_VERSION } from '@agentpolicy/regex';
import type { PolicyDocument, PolicyMetadata, PolicySpec } from '@agentpolicy/spec';
import { compileDlp } from './dlp.ts';
import { findEmptyNames } from './empty-names.ts';
import { listFeatures } from './features.ts';
import { compileMethods } from './methods.ts';
import { createPatternPool } from './pattern-pool.ts';
import { mapSource } from './source-map.ts';
import { compileTools } from './tools.ts';

/** Name and version that a table carries; a new version may write other tables for the same policy. */
export const COMPILER = '@agentpolicy/compiler 0.1.0';

export type CompileResult =
  | { readonly ok: true; readonly table: DecisionTable }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * Compiles a checked policy to a decision table. The result depends on the policy's text alone: the same
 * bytes on every machine. Patterns that RE2 does not have, or that are too large, are findings.
 */
export function compilePolicy(document: PolicyDocument): CompileResult {
  // A later version only adds fields: what an earlier one lacks is absent.
  const { spec, metadata }: { readonly spec: PolicySpec; readonly metadata: PolicyMetadata } =
    document.policy;
  const pool = createPatternPool(document);
  const methods = compileMethods(spec);
  const { tools, rows } = compileTools(document, spec, pool);
  const dlp = compileDlp(spec, pool);
  const diagnostics = [...findEmptyNames(document, spec), ...pool.diagnostics];
  if (diagnostics.length > 0) return { ok: false, diagnostics: diagnostics.sort(compareDiagnostics) };
  return {
    ok: true,
    table: {
      kind: TABLE_KIND,
      format: TABLE_FORMAT,
      compiler: COMPILER,
      unicode: UNICODE_VERSION,
      policy: {
        name: metadata.name,
        apiVersion: document.apiVersion,
        version: metadata.version ?? null,
        hash: document.hash,
        mode: spec.mode ?? 'enforce',
      },
      requires: listFeatures(metadata, spec),
      methods,
      tools,
      rows,
      patterns: pool.patterns,
      programs: pool.programs,
      protectedPaths: spec.protected_paths ?? [],
      dlp,
      sourceMap: mapSource(document, spec),
    },
  };
}
