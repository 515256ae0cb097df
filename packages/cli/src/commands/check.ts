import { checkAgainst, combineChanges } from '@agentpolicy/analysis';
import type { CommandContext } from '../context.ts';
import { askAnalysis, loadCompared } from '../diff/compared-policy.ts';
import { makeOptions } from '../diff/comparison.ts';
import { readFormats, writeDiffReport } from '../diff/write-report.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { STDIN } from '../input/read-text.ts';
import type { CheckFlags } from '../program/diff.ts';

/** `aip check`: whether a policy permits nothing that its guardrails, a policy too, do not permit. */
export async function runCheck(
  context: CommandContext,
  path: string,
  flags: CheckFlags,
): Promise<ExitStatus> {
  const outputs = readFormats(context, flags.format);
  if (path === STDIN && flags.against === STDIN)
    throw new CliError('only one of the two can be standard input');
  const guardrails = await loadCompared(context, flags.against);
  const policy = await loadCompared(context, path);
  const { within, excesses } = askAnalysis(() =>
    checkAgainst(policy.table, guardrails.table, makeOptions(context, guardrails, policy)),
  );
  const change = combineChanges(excesses.map((each) => each.change));
  await writeDiffReport(context, outputs, {
    title: within
      ? `by which ${policy.label} exceeds ${guardrails.label}`
      : `beyond what ${guardrails.label} permits`,
    comparisons: [{ kind: 'compared', old: guardrails, next: policy, change, differences: excesses }],
    change,
    stopped: !within,
    acknowledged: null,
    recorded: null,
  });
  return within ? EXIT.clean : EXIT.findings;
}
