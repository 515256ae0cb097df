import { countOutcomes, type TestReport, toPercent } from '@agentpolicy/test-runner';
import { escapeMarkdown } from '../lint/formats/markdown.ts';
import { plural } from '../report/diagnostics-pretty.ts';
import { type Check, listChecks } from './checks.ts';

/** A table is cut past so many failures: GitHub refuses a job summary of more than 1 MiB. */
const MAX_ROWS = 200;
const MAX_DETAILS = 20;

/** The report for a pull request's comment or a job's summary. */
export function renderMarkdown(report: TestReport): string {
  const checks = listChecks(report);
  const failed = checks.filter(({ passed }) => !passed);
  const verdict = report.outcome === 'nothing' ? 'nothing was checked' : `${failed.length} failed`;
  const lines = [
    `### AgentPolicy tests: ${checks.length - failed.length} passed, ${verdict} in ${plural(report.suites.length, 'suite')}`,
  ];
  if (failed.length > 0) {
    lines.push(
      '',
      '| place | case | what is wrong |',
      '|---|---|---|',
      ...failed.slice(0, MAX_ROWS).map(renderRow),
    );
    if (failed.length > MAX_ROWS) lines.push('', `${failed.length - MAX_ROWS} more are not shown.`);
  }
  if (report.notRun.length > 0) lines.push('', `${plural(report.notRun.length, 'suite')} not run.`);
  if (report.coverage.length > 0) {
    lines.push('', '| policy | outcomes seen | |', '|---|---|---|');
    for (const { policy, items } of report.coverage) {
      const counts = countOutcomes(items);
      lines.push(
        `| ${escapeMarkdown(policy)} | ${counts.seen} of ${counts.total} | ${toPercent(counts)} % |`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

function renderRow({ name, place, details }: Check): string {
  const where = escapeMarkdown(`${place.file}:${place.line}`);
  const text = details
    .slice(0, MAX_DETAILS)
    .map((line) => escapeMarkdown(line.trim()))
    .join('<br>');
  return `| ${where} | ${escapeMarkdown(name)} | ${text} |`;
}
