import type { Diagnostic } from '@agentpolicy/core';

/** One finding a line, as the golden files under fixtures/policies/invalid have them. */
export function renderFindings(diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .flatMap(({ location, severity, code, message, help, related }) => {
      const { start, end } = location.range;
      return [
        `${location.file}:${start.line}:${start.column}-${end.line}:${end.column} ${severity} ${code}`,
        `  ${message}`,
        ...(help === undefined ? [] : [`  help: ${help}`]),
        ...related.map(
          (other) =>
            `  ${other.location.range.start.line}:${other.location.range.start.column} ${other.message}`,
        ),
      ];
    })
    .map((line) => `${line}\n`)
    .join('');
}
