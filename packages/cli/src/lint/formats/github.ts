import type { Diagnostic, Severity } from '@agentpolicy/core';
import { renderSummary } from '../../report/diagnostics-pretty.ts';
import { PLAIN } from '../../report/outputs.ts';
import { escapeControls } from '../../terminal/printable.ts';
import type { LintReport } from '../linted-file.ts';
import type { RenderContext } from './render-context.ts';

const COMMANDS = { error: 'error', warning: 'warning', info: 'notice' } as const satisfies Record<
  Severity,
  string
>;

/** Workflow commands: GitHub Actions shows each finding at its line of the pull request. */
export function renderGithub(report: LintReport, { toRepositoryPath }: RenderContext): string {
  const diagnostics = report.files.flatMap((file) => file.diagnostics);
  const lines = diagnostics.map((diagnostic) => renderCommand(diagnostic, toRepositoryPath));
  lines.push(renderSummary(diagnostics, report.files.length, PLAIN));
  return lines.map((line) => `${line}\n`).join('');
}

function renderCommand(diagnostic: Diagnostic, toRepositoryPath: (file: string) => string): string {
  const { start, end } = diagnostic.location.range;
  const properties: (readonly [string, string | number])[] = [
    ['file', toRepositoryPath(diagnostic.location.file)],
    ['line', start.line],
    ['endLine', end.line],
  ];
  // GitHub takes columns only where the range is within a line.
  if (start.line === end.line) {
    properties.push(['col', start.column], ['endColumn', Math.max(end.column, start.column + 1)]);
  }
  properties.push(['title', diagnostic.code]);
  const written = properties.map(([name, value]) => `${name}=${escapeProperty(String(value))}`).join(',');
  const help = diagnostic.help === undefined ? '' : `\n${diagnostic.help}`;
  const text = `${diagnostic.message}${help}`.split('\n').map(escapeControls).join('\n');
  return `::${COMMANDS[diagnostic.severity]} ${written}::${escapeData(text)}`;
}

/** A line break would end the command, and what follows could be another one. */
export function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

export function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
