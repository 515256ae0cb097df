import { EXIT } from '../../exit-status.ts';
import { escapeXml } from '../../lint/formats/junit.ts';
import type { StepResult } from '../step.ts';

/** One SARIF log with a run of each step; undefined where no step has one. */
export function combineSarif(results: readonly StepResult[]): string | undefined {
  const logs = results.flatMap(({ sarif }): SarifLog[] => (sarif === undefined ? [] : [JSON.parse(sarif)]));
  const [first] = logs;
  if (first === undefined) return undefined;
  return `${JSON.stringify({ ...first, runs: logs.flatMap(({ runs }) => runs) }, null, 2)}\n`;
}

interface SarifLog {
  readonly runs: readonly unknown[];
}

/** One JUnit report: a suite with a case for each step, and the steps' own suites. */
export function combineJunit(results: readonly StepResult[]): string {
  const failed = results.filter(({ status }) => status === EXIT.findings || status === EXIT.usage).length;
  const skipped = results.filter(({ status }) => isSkipped(status)).length;
  const steps = [
    `  <testsuite name="aip ci" tests="${results.length}" failures="${failed}" skipped="${skipped}">`,
    ...results.map(renderStep),
    '  </testsuite>',
  ];
  const inner = results.flatMap(({ junit }) => (junit === undefined ? [] : listSuites(junit)));
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="aip ci">', ...steps, ...inner];
  return `${[...lines, '</testsuites>'].join('\n')}\n`;
}

function isSkipped(status: StepResult['status']): boolean {
  return status === 'skipped' || status === EXIT.nothing;
}

function renderStep({ step, status, note }: StepResult): string {
  const head = `    <testcase name="${step}" classname="aip ci"`;
  const said = escapeXml(note ?? (status === EXIT.nothing ? 'nothing to check' : 'see what it found'));
  if (isSkipped(status)) return `${head}><skipped message="${said}"/></testcase>`;
  return status === EXIT.clean ? `${head}/>` : `${head}><failure message="${said}"/></testcase>`;
}

/** What stands between the outermost tags of our own reports, each of which has a line of its own. */
function listSuites(junit: string): readonly string[] {
  const lines = junit.split('\n');
  const start = lines.findIndex((line) => line.startsWith('<testsuites'));
  const end = lines.lastIndexOf('</testsuites>');
  return lines.slice(start + 1, end);
}
