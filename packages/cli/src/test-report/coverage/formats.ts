import type { PolicyCoverage } from '@agentpolicy/test-runner';
import { breakCommands } from '../break-commands.ts';
import type { TestRenderContext } from '../formats.ts';

export const COVERAGE_FORMATS = ['text', 'json', 'lcov', 'html'] as const;
export type CoverageFormat = (typeof COVERAGE_FORMATS)[number];

/** Renders what the tests show of the policies; each format's code is loaded only where it is wanted. */
export async function renderCoverage(
  format: CoverageFormat,
  coverage: readonly PolicyCoverage[],
  context: TestRenderContext,
): Promise<string> {
  const text = await render(format, coverage, context);
  return context.isOnGithub ? breakCommands(text, format === 'json' ? 'json' : 'text') : text;
}

async function render(
  format: CoverageFormat,
  coverage: readonly PolicyCoverage[],
  context: TestRenderContext,
): Promise<string> {
  switch (format) {
    case 'text':
      return (await import('./text.ts')).renderCoverageText(coverage, context);
    case 'json':
      return (await import('./json.ts')).renderCoverageJson(coverage);
    case 'lcov':
      return (await import('./lcov.ts')).renderLcov(coverage, context);
    case 'html':
      return (await import('./html.ts')).renderCoverageHtml(coverage, context);
  }
}
