import { type ConformanceReport, countResults, type VectorResult } from '../conformance/run-conformance.ts';
import { formatPlace } from '../problem.ts';
import { describeProblem } from './format-test-report.ts';
import { joinLines, type ReportLine, shorten, showLines } from './report-line.ts';

/** The report as plain text. */
export function formatConformanceReport(report: ConformanceReport): string {
  return joinLines(describeConformanceReport(report));
}

/** The report's lines: every file, every vector that failed, and a sum for every level. */
export function describeConformanceReport(report: ConformanceReport): readonly ReportLine[] {
  const lines: ReportLine[] = report.problems.flatMap(describeProblem);
  for (const file of report.files) {
    const { passed, failed, unsupported } = countResults([file]);
    const total = file.results.length;
    const role = failed > 0 ? 'failed' : passed > 0 ? 'passed' : 'suite';
    const note = unsupported > 0 ? `, ${unsupported} not supported` : '';
    lines.push({ role, text: `${file.level.padEnd(8)}  ${passed}/${total}${note}  ${file.file}` });
    lines.push(...file.results.flatMap(describeVector));
    for (const reason of listReasons(file.results))
      lines.push({ role: 'detail', text: `  not supported: ${reason}` });
  }
  for (const { level, passed, failed, unsupported } of report.levels) {
    const notes = [
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...(unsupported > 0 ? [`${unsupported} not supported`] : []),
    ];
    const note = notes.length === 0 ? '' : ` (${notes.join(', ')})`;
    lines.push({ role: 'summary', text: `${level}: ${passed} of ${passed + failed + unsupported}${note}` });
  }
  if (report.outcome === 'nothing') lines.push({ role: 'summary', text: 'nothing to check' });
  return showLines(lines);
}

function describeVector({ id, description, place, outcome }: VectorResult): ReportLine[] {
  if (outcome.kind !== 'failed') return [];
  return [
    { role: 'failed', text: `  FAIL  ${id}: ${description}` },
    { role: 'place', text: `        ${formatPlace(place)}` },
    ...outcome.differences.map(({ step, what, expected, got }): ReportLine => {
      const at = step === null ? '' : `step ${step}, `;
      return {
        role: 'difference',
        text: `        ${at}${what}: expected ${shorten(expected, 400)}, got ${shorten(got, 400)}`,
      };
    }),
  ];
}

function listReasons(results: readonly VectorResult[]): readonly string[] {
  return [
    ...new Set(results.flatMap(({ outcome }) => (outcome.kind === 'unsupported' ? [outcome.reason] : []))),
  ];
}
