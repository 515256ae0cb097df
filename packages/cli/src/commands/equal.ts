import { areEqual } from '@agentpolicy/analysis';
import type { CommandContext } from '../context.ts';
import { askAnalysis, loadCompared } from '../diff/compared-policy.ts';
import { makeOptions } from '../diff/comparison.ts';
import { readFormats, writeDiffReport } from '../diff/write-report.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { STDIN } from '../input/read-text.ts';
import type { EqualFlags } from '../program/diff.ts';

/** `aip equal`: whether two policies mean the same. What could not be decided is not equal. */
export async function runEqual(
  context: CommandContext,
  paths: readonly [string, string],
  flags: EqualFlags,
): Promise<ExitStatus> {
  const outputs = readFormats(context, flags.format);
  if (paths.every((path) => path === STDIN)) throw new CliError('only one of the two can be standard input');
  const old = await loadCompared(context, paths[0]);
  const next = await loadCompared(context, paths[1]);
  const { answer, diff } = askAnalysis(() =>
    areEqual(old.table, next.table, makeOptions(context, old, next)),
  );
  const stopped = answer !== 'yes';
  await writeDiffReport(context, outputs, {
    title: `between ${old.label} and ${next.label}`,
    comparisons: [{ kind: 'compared', old, next, change: diff.change, differences: diff.differences }],
    change: diff.change,
    stopped,
    acknowledged: null,
    recorded: null,
  });
  return stopped ? EXIT.findings : EXIT.clean;
}
