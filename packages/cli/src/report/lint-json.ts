import type { Diagnostic, Location, Severity } from '@agentpolicy/core';

/** The version of the JSON that `aip lint --format json` prints. */
const LINT_JSON_VERSION = 1;

/** The report of `aip lint --format json`: what the diagnostics say, positions from 1. */
export function toLintJson(files: readonly string[], diagnostics: readonly Diagnostic[]): unknown {
  const count = (severity: Severity): number =>
    diagnostics.filter((each) => each.severity === severity).length;
  return {
    version: LINT_JSON_VERSION,
    files,
    summary: { errors: count('error'), warnings: count('warning'), infos: count('info') },
    diagnostics: diagnostics.map((diagnostic) => ({
      code: diagnostic.code,
      severity: diagnostic.severity,
      message: diagnostic.message,
      ...toPlace(diagnostic.location),
      help: diagnostic.help ?? null,
      related: diagnostic.related.map(({ message, location }) => ({ message, ...toPlace(location) })),
      fixes: diagnostic.fixes,
    })),
  };
}

function toPlace({ file, pointer, range }: Location): object {
  return {
    file,
    pointer,
    line: range.start.line,
    column: range.start.column,
    endLine: range.end.line,
    endColumn: range.end.column,
  };
}
