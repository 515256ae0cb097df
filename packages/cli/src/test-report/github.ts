import type { TestReport } from '@agentpolicy/test-runner';
import { escapeData, escapeProperty } from '../lint/formats/github.ts';
import { escapeControls } from '../terminal/printable.ts';
import { listChecks } from './checks.ts';
import type { TestRenderContext } from './formats.ts';

/** Workflow commands: GitHub Actions shows each failure at the line of the suite that expects otherwise. */
export function renderGithub(report: TestReport, { toRepositoryPath }: TestRenderContext): string {
  const checks = listChecks(report);
  const lines = checks
    .filter(({ passed }) => !passed)
    .map(({ name, place, details }) => {
      const column = place.column === undefined ? '' : `,col=${place.column}`;
      const file = escapeProperty(escapeControls(toRepositoryPath(place.file)));
      const text = details.map(escapeControls).join('\n');
      return `::error file=${file},line=${place.line}${column},title=${escapeProperty(escapeControls(name))}::${escapeData(text)}`;
    });
  const passed = checks.length - lines.length;
  lines.push(`${passed} passed, ${lines.length} failed in ${report.suites.length} suites`);
  return lines.map((line) => `${line}\n`).join('');
}
