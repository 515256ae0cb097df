import type { Diagnostic, Location } from '@agentpolicy/core';
import type { LintReport } from '../linted-file.ts';
import { countSeverities } from '../verdict.ts';

/** The version of the report's shape, which `schema/lint-report.schema.json` describes. */
const VERSION = 1;

/** The report for a program; lines and columns count from 1, offsets and columns in UTF-16 units. */
export function renderJson(report: LintReport): string {
  return `${JSON.stringify(toReport(report), null, 2)}\n`;
}

function toReport({ files, skipped, fixed }: LintReport): unknown {
  const diagnostics = files.flatMap((file) => file.diagnostics);
  return {
    version: VERSION,
    files: files.map(({ file }) => file),
    summary: { ...countSeverities(diagnostics), fixed },
    diagnostics: diagnostics.map(toFinding),
    suppressed: files.flatMap((file) =>
      file.suppressed.map(({ diagnostic, by, reason }) => ({ ...toFinding(diagnostic), by, reason })),
    ),
    skipped,
  };
}

function toFinding(diagnostic: Diagnostic): object {
  return {
    code: diagnostic.code,
    severity: diagnostic.severity,
    message: diagnostic.message,
    ...toPlace(diagnostic.location),
    help: diagnostic.help ?? null,
    related: diagnostic.related.map(({ message, location }) => ({ message, ...toPlace(location) })),
    fixes: diagnostic.fixes,
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
