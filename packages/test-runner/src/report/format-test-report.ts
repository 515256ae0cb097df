import { formatPlace, type Problem } from '../problem.ts';
import type {
  CallFailure,
  CallSummary,
  CaseResult,
  FailedArgument,
  SnapshotChange,
  SuiteResult,
  TestReport,
} from '../suite/test-report.ts';
import {
  countOf,
  joinLines,
  makeVisible,
  quoteVisibly,
  type ReportLine,
  shorten,
  showLines,
} from './report-line.ts';

/** How much of a value is shown on either side of the place where its pattern stopped matching. */
const WINDOW = 40;

/** The report as plain text. */
export function formatTestReport(report: TestReport): string {
  return joinLines(describeTestReport(report));
}

/** The report's lines: every suite with its cases, every failure with the place of everything in it. */
export function describeTestReport(report: TestReport): readonly ReportLine[] {
  return showLines([...report.suites.flatMap(describeSuite), ...summarize(report)]);
}

function describeSuite(suite: SuiteResult): ReportLine[] {
  const policy = suite.policy === null ? '' : ` (policy ${suite.policy})`;
  return [
    { role: 'suite', text: `${suite.file}${policy}` },
    ...suite.problems.flatMap(describeProblem),
    ...suite.cases.flatMap(describeCase),
    ...(suite.outcome === 'nothing'
      ? [
          {
            role: 'problem' as const,
            text: '  nothing is expected: the suite has no cases, no default, and its traces no `expect`',
          },
        ]
      : []),
  ];
}

/** One problem and what to do about it. */
export function describeProblem({ code, message, place, help }: Problem): ReportLine[] {
  return showLines([
    { role: 'problem', text: `  ${formatPlace(place)}: ${code}: ${message}` },
    ...(help === undefined ? [] : [{ role: 'detail' as const, text: `    ${help}` }]),
  ]);
}

/** A case: passed in one line, or failed with all that is known about it. */
export function describeCase(result: CaseResult): ReportLine[] {
  const { name, place, outcome, matched, failed, complaint } = result;
  if (outcome === 'passed')
    return showLines([{ role: 'passed', text: `  ok    ${name} (${countOf(matched, 'call')})` }]);
  const detail = complaint ?? `${failed} of ${countOf(matched, 'call')}`;
  const hidden = failed - result.failures.length;
  return showLines([
    { role: 'failed', text: `  FAIL  ${name} (${detail})` },
    { role: 'place', text: `        ${formatPlace(place)}` },
    ...result.changes.flatMap(describeChange),
    ...result.failures.flatMap(describeFailure),
    ...(hidden > 0 ? [{ role: 'detail' as const, text: `        and ${hidden} more` }] : []),
  ]);
}

/** A change of the snapshot as a diff. */
function describeChange({ trace, before, after }: SnapshotChange): ReportLine[] {
  const line = (sign: string, text: string | null): ReportLine[] =>
    text === null ? [] : [{ role: 'difference', text: `        ${sign} ${trace}:${text}` }];
  return [...line('-', before), ...line('+', after)];
}

function describeFailure(failure: CallFailure): ReportLine[] {
  const lines: ReportLine[] = [
    { role: 'place', text: `        ${formatPlace(failure.at)}: ${describeCall(failure.call)}` },
  ];
  for (const { what, expected, got } of failure.mismatches)
    lines.push({ role: 'difference', text: `          ${what}: expected ${expected}, got ${got}` });
  lines.push({ role: 'detail', text: `          because: ${shorten(failure.reason)}` });
  if (failure.rule !== null) {
    const { pointer, place } = failure.rule;
    const where = place === null ? pointer : `${formatPlace(place)} (${pointer})`;
    lines.push({
      role: 'detail',
      text: `          decided by: ${where}`,
      ...(place === null ? {} : { shows: place }),
    });
  }
  if (failure.argument !== null) lines.push(...describeArgument(failure.argument));
  if (failure.nearest !== null) {
    const { tool, pointer, place } = failure.nearest;
    const where = place === null ? pointer : `${formatPlace(place)} (${pointer})`;
    const text = `          as expected by the rule of ${shorten(quoteVisibly(tool), 60)}: ${where}`;
    lines.push({ role: 'detail', text });
  }
  return lines;
}

function describeCall({ tool, method, args, id, session }: CallSummary): string {
  const what = tool ?? method;
  const parts = [what === null ? 'a message that can not be read' : shorten(quoteVisibly(what))];
  if (args !== null) parts[0] += ` ${shorten(makeVisible(args))}`;
  if (id !== null) parts.push(`id ${shorten(id, 40)}`);
  if (session !== '') parts.push(`session ${shorten(session, 40)}`);
  return parts.join(', ');
}

function describeArgument({ name, pattern, value, matchedUntil }: FailedArgument): ReportLine[] {
  const shown = shorten(quoteVisibly(name), 60);
  if (pattern === null)
    return [{ role: 'detail', text: `          argument ${shown} is not declared in allow_args` }];
  if (value === null || matchedUntil === null)
    return [
      { role: 'detail', text: `          argument ${shown} is missing; it must match ${shorten(pattern)}` },
    ];
  return [
    { role: 'detail', text: `          argument ${shown} does not match ${shorten(pattern)}` },
    ...pointInto(value, matchedUntil),
  ];
}

/** The value around the place where no match was possible any more, with a caret under it. */
function pointInto(value: string, at: number): ReportLine[] {
  const from = Math.max(0, at - WINDOW);
  const to = Math.min(value.length, at + WINDOW);
  const before = from > 0 ? '…' : '';
  const after = to < value.length ? '…' : '';
  // Without the closing quote, the shown text up to the place is as long as the caret is far.
  const caret = before.length + quoteVisibly(value.slice(from, at)).length - 1;
  return [
    { role: 'detail', text: `            ${before}${quoteVisibly(value.slice(from, to))}${after}` },
    { role: 'detail', text: `            ${' '.repeat(caret)}^ no match is possible from here` },
  ];
}

function summarize(report: TestReport): ReportLine[] {
  const cases = report.suites.flatMap((suite) => suite.cases);
  const failed = cases.filter((each) => each.outcome === 'failed').length;
  const problems = report.suites.reduce((sum, suite) => sum + suite.problems.length, 0);
  const calls = report.suites.reduce(
    (sum, { traces, calls: own = 0 }) => traces.reduce((all, { toolCalls }) => all + toolCalls, sum + own),
    0,
  );
  const parts = [
    countOf(report.suites.length, 'suite'),
    `${cases.length - failed} passed`,
    `${failed} failed`,
    ...(problems === 0 ? [] : [countOf(problems, 'problem')]),
    `${countOf(calls, 'tool call')} replayed`,
  ];
  if (report.notRun.length > 0) parts.push(`${countOf(report.notRun.length, 'suite')} not run`);
  if (report.outcome === 'nothing') parts.push('nothing to check');
  return [{ role: 'summary', text: parts.join(', ') }];
}
