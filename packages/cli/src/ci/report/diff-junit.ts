import { leftOver } from '../../diff/acknowledge/acknowledge.ts';
import { type Comparison, FAIL_ON, pathOf, stopsAt } from '../../diff/comparison.ts';
import { listAnnotations } from '../../diff/formats/annotations.ts';
import type { DiffReport } from '../../diff/report.ts';
import { escapeXml } from '../../lint/formats/junit.ts';

/** JUnit XML: a suite for each policy, a case for each difference, and one that passes where there is none. */
export function renderDiffJunit(report: DiffReport, failOn: string): string {
  const suites = report.comparisons.map((comparison) => renderSuite(report, comparison, failOn));
  return ['<testsuites name="aip diff">', ...suites.flat(), '</testsuites>', ''].join('\n');
}

function renderSuite(report: DiffReport, comparison: Comparison, failOn: string): readonly string[] {
  const name = escapeXml(pathOf(comparison));
  const level = FAIL_ON.find((each) => each === failOn) ?? 'widened';
  const covered = report.acknowledged?.covered ?? new Map();
  const isStopped = stopsAt(leftOver(comparison, covered), level);
  const remarks = listAnnotations({ ...report, comparisons: [comparison] });
  const isFailure = (each: (typeof remarks)[number]): boolean =>
    isStopped && each.acknowledged === null && (each.level === 'error' || level === 'any');
  const cases = remarks.map((each) => {
    const head = `    <testcase name="${escapeXml(each.text.split('\n')[0] ?? '')}" classname="${name}"`;
    return isFailure(each)
      ? `${head}><failure message="${escapeXml(each.rule)}">${each.text.split('\n').map(escapeXml).join('\n')}</failure></testcase>`
      : `${head}/>`;
  });
  if (cases.length === 0) cases.push(`    <testcase name="unchanged" classname="${name}"/>`);
  const failures = remarks.filter(isFailure).length;
  return [
    `  <testsuite name="${name}" tests="${cases.length}" failures="${failures}">`,
    ...cases,
    '  </testsuite>',
  ];
}
