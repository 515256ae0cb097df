import type { TestReport } from '@agentpolicy/test-runner';

/** The version of the report's shape, which `schema/test-report.schema.json` describes. */
export const REPORT_VERSION = 1;

/** The report for a program; `aip test --merge` reads it. */
export function renderJson(report: TestReport): string {
  return `${JSON.stringify({ version: REPORT_VERSION, ...report }, null, 2)}\n`;
}
