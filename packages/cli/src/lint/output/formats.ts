import { type Output, parseOutputs as parseReportOutputs } from '../../report/outputs.ts';

export const LINT_FORMATS = ['pretty', 'json', 'sarif', 'github', 'junit', 'markdown'] as const;
export type LintFormat = (typeof LINT_FORMATS)[number];

/**
 * Reads the values of `--format`, each `NAME` or `NAME=FILE`. Without any, GitHub Actions gets annotations and
 * everybody else the pretty report.
 * @throws CliError for an unknown format, and where two reports would mix on standard output or in a file
 */
export function parseOutputs(
  values: readonly string[],
  environment: NodeJS.ProcessEnv,
): readonly Output<LintFormat>[] {
  if (values.length === 0) {
    return [{ format: environment.GITHUB_ACTIONS === 'true' ? 'github' : 'pretty', file: undefined }];
  }
  return parseReportOutputs(values, { flag: '--format', formats: LINT_FORMATS });
}
