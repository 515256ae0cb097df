import type { TestReport } from '@agentpolicy/test-runner';
import { escapeXml } from '../lint/formats/junit.ts';
import { type Check, listSuiteChecks } from './checks.ts';

/** The report as CI systems read test results: a suite each, a test case for each case. */
export function renderJunit(report: TestReport): string {
  const suites = report.suites.map((suite) => ({ file: suite.file, checks: listSuiteChecks(suite) }));
  const all = suites.flatMap(({ checks }) => checks);
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites name="aip test" ${counts(all)}>`];
  for (const { file, checks } of suites) {
    lines.push(`  <testsuite name="${escapeXml(file)}" ${counts(checks)}>`);
    lines.push(...checks.map(renderCase), '  </testsuite>');
  }
  lines.push('</testsuites>');
  return lines.map((line) => `${line}\n`).join('');
}

function counts(checks: readonly Check[]): string {
  return `tests="${checks.length}" failures="${checks.filter(({ passed }) => !passed).length}"`;
}

function renderCase({ suite, name, passed, place, details }: Check): string {
  const head = `    <testcase name="${escapeXml(name)}" classname="${escapeXml(suite)}" file="${escapeXml(place.file)}" line="${place.line}"`;
  if (passed) return `${head}/>`;
  const text = details.map(escapeXml).join('\n');
  return `${head}><failure message="${escapeXml((details[0] ?? '').trim())}">${text}</failure></testcase>`;
}
