import { appendFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CommandContext } from '../context.ts';
import { CliError } from '../exit-status.ts';
import { describeFileProblem } from '../input/read-text.ts';
import { createStyle, type Style } from '../terminal/style.ts';

/** One report to write: to a file, or to standard output where there is none. */
export interface Output<F extends string> {
  readonly format: F;
  readonly file: string | undefined;
}

/** An option that takes `NAME` or `NAME=FILE`, several times. */
export interface OutputOption<F extends string> {
  /** As it is written, for example `--format`. */
  readonly flag: string;
  readonly formats: readonly F[];
}

/**
 * Reads the values of an option for reports.
 * @throws CliError for an unknown format, and where two reports would mix on standard output or in a file
 */
export function parseOutputs<F extends string>(
  values: readonly string[],
  option: OutputOption<F>,
): readonly Output<F>[] {
  const outputs = values.map((value) => parseOutput(value, option));
  const targets = new Set<string | undefined>();
  for (const { file } of outputs) {
    if (targets.has(file)) {
      throw new CliError(
        `two reports would go to ${file === undefined ? 'standard output' : `\`${file}\``}`,
        `give each a file of its own: ${option.flag} NAME=FILE`,
      );
    }
    targets.add(file);
  }
  return outputs;
}

function parseOutput<F extends string>(value: string, { flag, formats }: OutputOption<F>): Output<F> {
  const at = value.indexOf('=');
  const name = at === -1 ? value : value.slice(0, at);
  const format = formats.find((each) => each === name);
  if (format === undefined) {
    throw new CliError(`there is no format \`${name}\``, `the formats are ${formats.join(', ')}`);
  }
  const file = at === -1 ? undefined : value.slice(at + 1);
  if (file === '') throw new CliError(`\`${flag} ${value}\` names no file`, `write ${flag} ${name}=FILE`);
  return { format, file };
}

/** Renders and writes each of the reports. */
export async function writeOutputs<F extends string>(
  context: CommandContext,
  outputs: readonly Output<F>[],
  render: (format: F, style: Style) => Promise<string>,
): Promise<void> {
  for (const { format, file } of outputs) {
    // A file is no terminal, whatever standard output is.
    const text = await render(format, file === undefined ? context.style : PLAIN);
    if (file === undefined) context.write(text);
    else writeReport(context, file, text);
  }
}

/** A style without colours. */
export const PLAIN = createStyle('never', {}, {});

/** Appends to the summary of the job on GitHub Actions, where the runner has a file for it. */
export function appendJobSummary(context: CommandContext, text: string): void {
  const summary = context.environment.GITHUB_STEP_SUMMARY;
  if (summary === undefined || summary === '') return;
  try {
    appendFileSync(summary, text);
  } catch (failure) {
    // The annotations are out; a summary that can't be written must not hide the verdict.
    context.warn(`aip: can't write the job summary: ${describeFileProblem(failure)}`);
  }
}

function writeReport(context: CommandContext, file: string, text: string): void {
  try {
    writeFileSync(resolve(context.cwd, file), text);
  } catch (failure) {
    throw new CliError(`can't write \`${file}\`: ${describeFileProblem(failure)}`);
  }
}
