import type { CommandContext } from '../context.ts';
import { CliError } from '../exit-status.ts';
import { STDIN } from '../input/read-text.ts';
import { acknowledge, leftOver } from './acknowledge/acknowledge.ts';
import { readAcknowledgements } from './acknowledge/acknowledgement-file.ts';
import { loadCompared } from './compared-policy.ts';
import { type Comparison, combine, compare, FAIL_ON, stopsAt } from './comparison.ts';
import { compareRevisions } from './git/compare-revisions.ts';
import { isRange, readRange } from './git/revisions.ts';
import { replayTraces } from './recorded-calls.ts';
import type { DiffReport } from './report.ts';

/** What a comparison is asked with beyond its operands. */
export interface DiffQuestion {
  /** Two policies, or a range of revisions and paths. */
  readonly operands: readonly string[];
  readonly failOn: string;
  readonly traces: readonly string[] | undefined;
  /** The file of acknowledgements; `false` for none. */
  readonly acknowledged: string | false | undefined;
  /** Milliseconds since 1970: whether an acknowledgement has expired. */
  readonly now: number;
}

/**
 * Compares what the operands name; undefined where there is no policy on either side.
 * @throws CliError for what can't be read or compared
 */
export async function makeDiffReport(
  context: CommandContext,
  question: DiffQuestion,
): Promise<DiffReport | undefined> {
  const { operands, traces, now } = question;
  const failOn = FAIL_ON.find((each) => each === question.failOn);
  if (failOn === undefined)
    throw new CliError(`\`--fail-on ${question.failOn}\` is none of ${FAIL_ON.join(', ')}`);
  const file = readAcknowledgements(context, question.acknowledged);
  const [first = ''] = operands;
  const range = isRange(context, first);
  const comparisons = range
    ? await compareRevisions(context, readRange(context, first), operands.slice(1))
    : [await compareFiles(context, operands)];
  if (comparisons.length === 0) return undefined;
  const acknowledged = acknowledge(context, comparisons, file, failOn, now);
  return {
    title: `between ${range ? first : operands.join(' and ')}`,
    comparisons,
    change: combine(comparisons),
    acknowledged,
    stopped: comparisons.some((each) => stopsAt(leftOver(each, acknowledged.covered), failOn)),
    recorded: traces === undefined ? null : replayTraces(context, traces, comparisons),
  };
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
