import { escapeData, escapeProperty } from '../../lint/formats/github.ts';
import { escapeControls } from '../../terminal/printable.ts';
import { countChanges, type DiffReport } from '../report.ts';
import { type Annotation, listAnnotations } from './annotations.ts';
import type { DiffRenderContext } from './render.ts';

/** Workflow commands: GitHub Actions shows each difference at its line of the pull request. */
export function renderGithub(report: DiffReport, { toRepositoryPath }: DiffRenderContext): string {
  const lines = listAnnotations(report).map((each) => renderCommand(each, toRepositoryPath));
  lines.push(`${report.change}: ${countChanges(report.comparisons)}`);
  return lines.map((line) => `${line}\n`).join('');
}

function renderCommand(
  { rule, level, file, range, text }: Annotation,
  toRepositoryPath: (file: string) => string,
): string {
  const place =
    file === null
      ? ''
      : `file=${escapeProperty(escapeControls(toRepositoryPath(file)))},line=${range.start.line},`;
  const shown = text.split('\n').map(escapeControls).join('\n');
  const command = level === 'error' ? 'error' : 'notice';
  return `::${command} ${place}title=${escapeProperty(rule)}::${escapeData(shown)}`;
}
