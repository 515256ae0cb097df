import type { TestReport } from '@agentpolicy/test-runner';
import { escapeControls } from '../terminal/printable.ts';

/** The version of the report's shape, which `schema/test-report.schema.json` describes. */
export const REPORT_VERSION = 1;

/** The report for a program; `aip test --merge` reads it. */
export function renderJson(report: TestReport): string {
  return `${escapeHidden(JSON.stringify({ version: REPORT_VERSION, ...report }, null, 2))}\n`;
}

/** Only strings can hold them, and there the escape means the same. */
export function escapeHidden(json: string): string {
  return json.split('\n').map(escapeControls).join('\n');
}
