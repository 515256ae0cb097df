import type { TestReport } from '@agentpolicy/test-runner';
import { escapeControls } from '../terminal/printable.ts';
import { listChecks } from './checks.ts';

/** The report as TAP 14. */
export function renderTap(report: TestReport): string {
  const checks = listChecks(report);
  const lines = ['TAP version 14', `1..${checks.length}`];
  checks.forEach(({ suite, name, passed, details }, at) => {
    lines.push(`${passed ? 'ok' : 'not ok'} ${at + 1} - ${escapeName(`${suite}: ${name}`)}`);
    if (passed) return;
    lines.push('  ---', '  message: |', ...details.map((line) => `    ${escapeControls(line)}`), '  ...');
  });
  return lines.map((line) => `${line}\n`).join('');
}

/** `#` would start a directive, for instance one that skips the test. */
function escapeName(name: string): string {
  return escapeControls(name).replaceAll('\\', '\\\\').replaceAll('#', '\\#');
}
