import type { TestReport } from '@agentpolicy/test-runner';
import type { Style } from '../terminal/style.ts';
import { breakCommands } from './break-commands.ts';

export const TEST_FORMATS = ['pretty', 'json', 'junit', 'tap', 'github', 'markdown'] as const;
export type TestFormat = (typeof TEST_FORMATS)[number];

/** What formats need to know beyond the report. */
export interface TestRenderContext {
  readonly style: Style;
  /** A file as the command found it, for reading. */
  readonly resolveFile: (file: string) => string;
  /** A file's name as services know it: relative to the repository's root, with slashes. */
  readonly toRepositoryPath: (file: string) => string;
  /** Whether GitHub's runner reads what is printed, and would obey commands in it. */
  readonly isOnGithub: boolean;
}

/** Renders a report; each format's code is loaded only where it is wanted. */
export async function renderTestReport(
  format: TestFormat,
  report: TestReport,
  context: TestRenderContext,
): Promise<string> {
  const text = await render(format, report, context);
  return context.isOnGithub && format !== 'github' ? breakCommands(text, format) : text;
}

async function render(format: TestFormat, report: TestReport, context: TestRenderContext): Promise<string> {
  switch (format) {
    case 'pretty':
      return (await import('./pretty.ts')).renderPretty(report, context);
    case 'json':
      return (await import('./json.ts')).renderJson(report);
    case 'junit':
      return (await import('./junit.ts')).renderJunit(report);
    case 'tap':
      return (await import('./tap.ts')).renderTap(report);
    case 'github':
      return (await import('./github.ts')).renderGithub(report, context);
    case 'markdown':
      return (await import('./markdown.ts')).renderMarkdown(report);
  }
}
