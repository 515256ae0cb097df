import type { Diagnostic } from '@agentpolicy/core';
import { escapeControls } from '../../terminal/printable.ts';
import type { LintedFile, LintReport } from '../linted-file.ts';
import { countSeverities, isFailure, type Tolerance } from '../verdict.ts';
import type { RenderContext } from './render-context.ts';

/**
 * JUnit XML: a suite for each file, a case for each finding, and one that passes for a file without any. A finding
 * below what fails the run passes too, with its text as output; one that is ignored or known is skipped.
 */
export function renderJunit(report: LintReport, { tolerance }: RenderContext): string {
  const suites = report.files.map((file) => renderSuite(file, tolerance));
  const total = (pick: (suite: Suite) => number): number => suites.reduce((sum, each) => sum + pick(each), 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="aip lint" tests="${total((suite) => suite.tests)}" failures="${total((suite) => suite.failures)}" errors="0">`,
    ...suites.flatMap(({ lines }) => lines),
    '</testsuites>',
    '',
  ].join('\n');
}

interface Suite {
  readonly tests: number;
  readonly failures: number;
  readonly lines: readonly string[];
}

function renderSuite({ file, diagnostics, suppressed }: LintedFile, tolerance: Tolerance): Suite {
  const failing = diagnostics.filter((diagnostic) => fails(diagnostic, tolerance)).length;
  const cases = [
    ...diagnostics.map((diagnostic) => renderFinding(diagnostic, tolerance)),
    ...suppressed.map(({ diagnostic, by, reason }) =>
      renderCase(diagnostic, `<skipped message="${escapeXml(reason ?? `in the ${by}`)}"/>`),
    ),
  ];
  if (cases.length === 0) cases.push(`    <testcase name="clean" classname="${escapeXml(file)}"/>`);
  return {
    tests: cases.length,
    failures: failing,
    lines: [
      `  <testsuite name="${escapeXml(file)}" tests="${cases.length}" failures="${failing}" errors="0" skipped="${suppressed.length}">`,
      ...cases,
      '  </testsuite>',
    ],
  };
}

/** Whether a finding of this severity alone would fail the run, with no warning let pass. */
function fails(diagnostic: Diagnostic, { failLevel }: Tolerance): boolean {
  return isFailure(countSeverities([diagnostic]), failLevel === undefined ? {} : { failLevel });
}

function renderFinding(diagnostic: Diagnostic, tolerance: Tolerance): string {
  const text = escapeXml(diagnostic.help ?? '');
  return fails(diagnostic, tolerance)
    ? renderCase(
        diagnostic,
        `<failure type="${diagnostic.severity}" message="${escapeXml(diagnostic.message)}">${text}</failure>`,
      )
    : renderCase(diagnostic, `<system-out>${escapeXml(diagnostic.message)}</system-out>`);
}

function renderCase(diagnostic: Diagnostic, content: string): string {
  const { file, range } = diagnostic.location;
  const name = `${diagnostic.code} (${range.start.line}:${range.start.column})`;
  return `    <testcase name="${escapeXml(name)}" classname="${escapeXml(file)}">${content}</testcase>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Control characters have no place in XML 1.0, not even as entities: they are shown as escapes. */
export function escapeXml(text: string): string {
  return escapeControls(text)
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
    .replace(/[\ufffe\uffff]/g, '\ufffd');
}
