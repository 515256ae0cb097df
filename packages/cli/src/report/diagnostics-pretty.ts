import type { Diagnostic, Severity, TextIndex } from '@agentpolicy/core';
import { type Columns, wrap } from '../terminal/columns.ts';
import { escapeControls } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';
import { renderCodeFrame } from './code-frame.ts';

/** Two spaces, `help`, and a space. */
const HELP_INDENT = 7;

/** Finds the text of a file that a finding is in; undefined where it is not at hand. */
export type FindText = (file: string) => TextIndex | undefined;

/**
 * One finding for a person: the place, the message, the line with carets, and what to do about it. The first line is
 * never broken: editors read it.
 */
export function renderDiagnostic(
  diagnostic: Diagnostic,
  findText: FindText,
  style: Style,
  columns?: Columns,
): string[] {
  const { file, range } = diagnostic.location;
  const place = `${escapeControls(file)}:${range.start.line}:${range.start.column}`;
  const lines = [
    `${style.bold(place)} ${paintSeverity(diagnostic.severity, style)} ${escapeControls(diagnostic.message)} ${style.dim(`[${diagnostic.code}]`)}`,
  ];
  const index = findText(file);
  const paint = pickPaint(diagnostic.severity, style);
  if (index !== undefined) lines.push(...indent(renderCodeFrame(index, range, style, { columns, paint })));
  for (const related of diagnostic.related) {
    const { start } = related.location.range;
    const at = `${escapeControls(related.location.file)}:${start.line}:${start.column}`;
    lines.push(`  ${style.info('see')} ${at} ${escapeControls(related.message)}`);
  }
  if (diagnostic.help !== undefined) lines.push(...renderHelp(diagnostic.help, style, columns));
  return lines;
}

function renderHelp(help: string, style: Style, columns: Columns): string[] {
  const lines = help.split('\n').map(escapeControls);
  const shown =
    columns === undefined ? lines : lines.flatMap((line) => wrap(line, columns - HELP_INDENT, ''));
  return shown.map((line, index) => `  ${index === 0 ? style.info('help') : '    '} ${line}`);
}

/** The last line of a report: how much was found in how many files. */
export function renderSummary(diagnostics: readonly Diagnostic[], fileCount: number, style: Style): string {
  const count = (severity: Severity): number =>
    diagnostics.filter((each) => each.severity === severity).length;
  const files = plural(fileCount, 'file');
  const parts = [
    [count('error'), 'error', style.error],
    [count('warning'), 'warning', style.warning],
    [count('info'), 'info', style.info],
  ] as const;
  const found = parts.filter(([total]) => total > 0);
  if (found.length === 0) return `${style.good('clean')}: ${files} checked, nothing found`;
  return `${found.map(([total, name, paint]) => paint(name === 'info' ? `${total} info` : plural(total, name))).join(', ')} in ${files}`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function paintSeverity(severity: Severity, style: Style): string {
  return pickPaint(severity, style)(severity);
}

function pickPaint(severity: Severity, style: Style): (text: string) => string {
  switch (severity) {
    case 'error':
      return style.error;
    case 'warning':
      return style.warning;
    case 'info':
      return style.info;
  }
}
