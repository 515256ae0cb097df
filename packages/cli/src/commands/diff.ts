import type { CommandContext } from '../context.ts';
import { loadCompared } from '../diff/compared-policy.ts';
import { type Comparison, combine, compare, FAIL_ON, isStopped } from '../diff/comparison.ts';
import { compareRevisions } from '../diff/git/compare-revisions.ts';
import { isRange, readRange } from '../diff/git/revisions.ts';
import { replayTraces } from '../diff/recorded-calls.ts';
import { readFormats, writeDiffReport } from '../diff/write-report.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { STDIN } from '../input/read-text.ts';
import type { DiffFlags } from '../program/diff.ts';

/** `aip diff`: what a policy allows that it did not allow before, for two files or the policies of two revisions. */
export async function runDiff(
  context: CommandContext,
  operands: readonly string[],
  flags: DiffFlags,
): Promise<ExitStatus> {
  const outputs = readFormats(context, flags.format);
  const failOn = FAIL_ON.find((each) => each === flags.failOn);
  if (failOn === undefined)
    throw new CliError(`\`--fail-on ${flags.failOn}\` is none of ${FAIL_ON.join(', ')}`);
  const [first = '', second] = operands;
  const range = isRange(context, first);
  const comparisons = range
    ? await compareRevisions(context, readRange(context, first), operands.slice(1))
    : [await compareFiles(context, operands)];
  if (comparisons.length === 0) {
    context.warn(
      `aip: neither side of ${first} has a policy${second === undefined ? '' : ` in ${operands.slice(1).join(', ')}`}`,
      '  help: paths are relative to the working folder; a policy says `kind: AgentPolicy`',
    );
    return EXIT.nothing;
  }
  const stopped = isStopped(comparisons, failOn);
  await writeDiffReport(context, outputs, {
    title: `between ${range ? first : operands.join(' and ')}`,
    comparisons,
    change: combine(comparisons),
    stopped,
    recorded: flags.traces === undefined ? null : replayTraces(context, flags.traces, comparisons),
  });
  return stopped ? EXIT.findings : EXIT.clean;
}

async function compareFiles(context: CommandContext, operands: readonly string[]): Promise<Comparison> {
  const [old, next, ...more] = operands;
  if (old === undefined || next === undefined || more.length > 0) {
    throw new CliError(
      'give two policies, or two revisions and paths',
      'for example: aip diff old.yaml new.yaml, or: aip diff main..HEAD -- policies/',
    );
  }
  if (old === STDIN && next === STDIN) throw new CliError('only one of the two can be standard input');
  return compare(context, await loadCompared(context, old), await loadCompared(context, next));
}
