import { CliError } from '../../exit-status.ts';

export const LINT_FORMATS = ['pretty', 'json', 'sarif', 'github', 'junit', 'markdown'] as const;
export type LintFormat = (typeof LINT_FORMATS)[number];

/** One report to write: to a file, or to standard output where there is none. */
export interface Output {
  readonly format: LintFormat;
  readonly file: string | undefined;
}

/**
 * Reads the values of `--format`, each `NAME` or `NAME=FILE`. Without any, GitHub Actions gets annotations and
 * everybody else the pretty report.
 * @throws CliError for an unknown format, and where two reports would mix on standard output or in a file
 */
export function parseOutputs(values: readonly string[], environment: NodeJS.ProcessEnv): readonly Output[] {
  if (values.length === 0) {
    return [{ format: environment.GITHUB_ACTIONS === 'true' ? 'github' : 'pretty', file: undefined }];
  }
  const outputs = values.map(parseOutput);
  const targets = new Set<string | undefined>();
  for (const { file } of outputs) {
    if (targets.has(file)) {
      throw new CliError(
        `two reports would go to ${file === undefined ? 'standard output' : `\`${file}\``}`,
        'give each a file of its own, for example: --format pretty --format sarif=lint.sarif',
      );
    }
    targets.add(file);
  }
  return outputs;
}

function parseOutput(value: string): Output {
  const at = value.indexOf('=');
  const name = at === -1 ? value : value.slice(0, at);
  const format = LINT_FORMATS.find((each) => each === name);
  if (format === undefined) {
    throw new CliError(`there is no format \`${name}\``, `the formats are ${LINT_FORMATS.join(', ')}`);
  }
  const file = at === -1 ? undefined : value.slice(at + 1);
  if (file === '') throw new CliError(`\`--format ${value}\` names no file`, `write --format ${name}=FILE`);
  return { format, file };
}
