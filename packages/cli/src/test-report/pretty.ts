import { createTextIndex, type TextIndex } from '@agentpolicy/core';
import { describeTestReport, type Place, type TestReport } from '@agentpolicy/test-runner';
import { readHead } from '../input/read-text.ts';
import { renderCodeFrame } from '../report/code-frame.ts';
import { paintReport } from '../report/report-lines.ts';
import type { Style } from '../terminal/style.ts';
import type { TestRenderContext } from './formats.ts';

const INDENT = ' '.repeat(12);

/** The report for a person, with the lines of the policy that decided. */
export function renderPretty(report: TestReport, { style, resolveFile }: TestRenderContext): string {
  const texts = new Map<string, TextIndex | null>();
  const lines = describeTestReport(report).flatMap((line) => {
    const [painted = ''] = paintReport([line], style);
    return line.shows === undefined
      ? [painted]
      : [painted, ...showPlace(line.shows, texts, resolveFile, style)];
  });
  return lines.map((line) => `${line}\n`).join('');
}

function showPlace(
  { file, line, column = 1 }: Place,
  texts: Map<string, TextIndex | null>,
  resolveFile: (file: string) => string,
  style: Style,
): string[] {
  let index = texts.get(file);
  if (index === undefined) {
    index = readIndex(resolveFile(file));
    texts.set(file, index);
  }
  if (index === null) return [];
  const end = { line, column: index.lineText(line).trimEnd().length + 1, offset: 0 };
  const range = { start: { line, column, offset: 0 }, end };
  return renderCodeFrame(index, range, style).map((each) => `${INDENT}${each}`);
}

/** Bytes of a policy that is shown. */
const MAX_SHOWN = 64 * 1024 * 1024;

/** Null where the policy is gone since: its place is named all the same. */
function readIndex(path: string): TextIndex | null {
  try {
    return createTextIndex(readHead(path, MAX_SHOWN).toString('utf8'));
  } catch {
    return null;
  }
}
