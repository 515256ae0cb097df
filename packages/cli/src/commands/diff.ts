import type { CommandContext } from '../context.ts';
import { makeDiffReport } from '../diff/make-report.ts';
import { readFormats, writeDiffReport } from '../diff/write-report.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import type { DiffFlags } from '../program/diff.ts';

/** `aip diff`: what a policy allows that it did not allow before, for two files or the policies of two revisions. */
export async function runDiff(
  context: CommandContext,
  operands: readonly string[],
  flags: DiffFlags,
  now: number = Date.now(),
): Promise<ExitStatus> {
  const outputs = readFormats(context, flags.format);
  const { failOn, traces, acknowledged } = flags;
  const report = await makeDiffReport(context, { operands, failOn, traces, acknowledged, now });
  if (report === undefined) {
    const [range, ...paths] = operands;
    context.warn(
      `aip: neither side of ${range} has a policy${paths.length === 0 ? '' : ` in ${paths.join(', ')}`}`,
      '  help: paths are relative to the working folder; a policy says `kind: AgentPolicy`',
    );
    return EXIT.nothing;
  }
  await writeDiffReport(context, outputs, report);
  return report.stopped ? EXIT.findings : EXIT.clean;
}
