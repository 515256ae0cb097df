import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runLint } from '../../commands/lint.ts';
import type { CommandContext } from '../../context.ts';
import type { StepOutcome } from '../step.ts';

/** Lints the policies, with a report for each place that wants one. */
export async function lintStep(
  context: CommandContext,
  paths: readonly string[],
  folder: string,
): Promise<StepOutcome> {
  const file = (name: string): string => join(folder, `lint.${name}`);
  const format = [
    visibleFormat(context),
    ...(['sarif', 'junit', 'markdown'] as const).map((name) => `${name}=${file(name)}`),
  ];
  const status = await runLint(context, paths, { format });
  // Where there is nothing to lint, there is no report.
  if (!existsSync(file('markdown'))) return { status };
  const read = (name: string): string => readFileSync(file(name), 'utf8');
  return { status, markdown: read('markdown'), sarif: read('sarif'), junit: read('junit') };
}

/** What a person, or the CI system, reads while the command runs. */
export function visibleFormat({ environment }: CommandContext): 'github' | 'pretty' {
  return environment.GITHUB_ACTIONS === 'true' ? 'github' : 'pretty';
}
