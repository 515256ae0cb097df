import type { Style } from '../../terminal/style.ts';
import type { DiffReport } from '../report.ts';

export const DIFF_FORMATS = ['pretty', 'json', 'markdown', 'github', 'sarif'] as const;
export type DiffFormat = (typeof DIFF_FORMATS)[number];

export interface DiffRenderContext {
  readonly style: Style;
  /** How many columns two places may take side by side. */
  readonly width: number;
  /** A file's path relative to the repository's root. */
  readonly toRepositoryPath: (file: string) => string;
}

/** Renders a report; each format's code is loaded only where it is wanted. */
export async function renderDiffReport(
  format: DiffFormat,
  report: DiffReport,
  context: DiffRenderContext,
): Promise<string> {
  switch (format) {
    case 'pretty':
      return (await import('./pretty.ts')).renderPretty(report, context);
    case 'json':
      return (await import('./json.ts')).renderJson(report);
    case 'markdown':
      return (await import('./markdown.ts')).renderMarkdown(report);
    case 'github':
      return (await import('./github.ts')).renderGithub(report, context);
    case 'sarif':
      return (await import('./sarif.ts')).renderSarif(report, context);
  }
}
