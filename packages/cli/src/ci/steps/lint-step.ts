import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runLint } from '../../commands/lint.ts';
import type { CommandContext } from '../../context.ts';
import { readRange } from '../../diff/git/revisions.ts';
import { runGit } from '../../diff/git/run-git.ts';
import { EXIT } from '../../exit-status.ts';
import type { ComparisonBase } from '../environment/comparison-base.ts';
import type { StepOutcome } from '../step.ts';

/**
 * Lints the policies, with a report for each place that wants one.
 * @param named Policies or folders; none for all. What only the base has is left to the comparison.
 */
export async function lintStep(
  context: CommandContext,
  named: readonly string[],
  base: ComparisonBase | undefined,
  folder: string,
): Promise<StepOutcome> {
  const paths = named.filter((path) => !isDeleted(context, path, base));
  if (named.length > 0 && paths.length === 0)
    return { status: EXIT.nothing, note: `${named.join(', ')} is deleted` };
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

/** Whether the base has a path that the checkout has not. A path that neither has is a mistake, which linting tells. */
function isDeleted(context: CommandContext, path: string, base: ComparisonBase | undefined): boolean {
  if (base?.kind !== 'range' || existsSync(resolve(context.cwd, path))) return false;
  const { old } = readRange(context, base.operand);
  const listed = runGit(context.cwd, ['ls-tree', '--name-only', old.commit, '--', path]);
  return listed.ok && listed.bytes.length > 0;
}

/** What a person, or the CI system, reads while the command runs. */
export function visibleFormat({ environment }: CommandContext): 'github' | 'pretty' {
  return environment.GITHUB_ACTIONS === 'true' ? 'github' : 'pretty';
}
