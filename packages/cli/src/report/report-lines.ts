import type { LineRole, ReportLine } from '@agentpolicy/test-runner';
import type { Style } from '../terminal/style.ts';

/** Colours the lines of a test or conformance report by what they are about. */
export function paintReport(lines: readonly ReportLine[], style: Style): string[] {
  return lines.map(({ role, text }) => paint(role, style)(text));
}

function paint(role: LineRole, style: Style): (text: string) => string {
  switch (role) {
    case 'suite':
    case 'summary':
      return style.bold;
    case 'passed':
      return style.good;
    case 'failed':
    case 'problem':
      return style.error;
    case 'difference':
      return style.warning;
    case 'place':
      return style.dim;
    case 'detail':
      return (text) => text;
  }
}
