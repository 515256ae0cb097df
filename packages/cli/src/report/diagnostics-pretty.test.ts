import { createTextIndex, type Diagnostic } from '@agentpolicy/core';
import { describe, expect, it } from 'vitest';
import { createStyle } from '../terminal/style.ts';
import { renderDiagnostic } from './diagnostics-pretty.ts';

const PLAIN = createStyle('never', {}, {});
const VALUE = 'x'.repeat(30);
const TEXT = `a: 1\n${' '.repeat(40)}key: ${VALUE} # ${'why '.repeat(20)}\n`;
const index = createTextIndex(TEXT);

function finding(severity: Diagnostic['severity']): Diagnostic {
  const start = TEXT.indexOf(VALUE);
  return {
    code: 'a-rule',
    severity,
    message: `the message ${'is long '.repeat(12)}`.trim(),
    location: { file: 'a.yaml', pointer: '', range: index.rangeAt(start, start + VALUE.length) },
    related: [],
    fixes: [],
    help: `do ${'this and that '.repeat(8)}; see docs/rules/a-rule.md`,
  };
}

describe('renderDiagnostic', () => {
  it.each([80, 100, 60])('fits all but the first line into %i columns', (columns) => {
    const [first = '', ...rest] = renderDiagnostic(finding('warning'), () => index, PLAIN, columns);
    expect(first).toContain('is long is long [a-rule]');
    for (const line of rest) expect(line.length).toBeLessThanOrEqual(columns);
    expect(rest.some((line) => line.includes(`…${' '.repeat(25)}key: xxxxxxxxxx`))).toBe(true);
    expect(rest.map((line) => line.trim()).join(' ')).toContain('this and that ; see docs/rules/a-rule.md');
  });

  it('leaves the help in a line where nobody watches', () => {
    expect(renderDiagnostic(finding('info'), () => index, PLAIN)).toHaveLength(5);
  });

  it('paints the carets as the severity', () => {
    const style = createStyle('always', {}, {});
    const paint = { error: style.error, warning: style.warning, info: style.info };
    for (const severity of ['error', 'warning', 'info'] as const) {
      const lines = renderDiagnostic(finding(severity), () => index, style, 120);
      expect(lines.join('\n')).toContain(paint[severity]('^'.repeat(VALUE.length)));
    }
  });
});
