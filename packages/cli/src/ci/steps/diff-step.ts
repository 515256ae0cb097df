import type { CommandContext } from '../../context.ts';
import { renderDiffReport } from '../../diff/formats/render.ts';
import { readRange } from '../../diff/git/revisions.ts';
import { makeDiffReport } from '../../diff/make-report.ts';
import { makeRenderContext, readFormats, writeDiffReport } from '../../diff/write-report.ts';
import { CliError, EXIT } from '../../exit-status.ts';
import { PLAIN } from '../../report/outputs.ts';
import type { ComparisonBase } from '../environment/comparison-base.ts';
import { renderDiffJunit } from '../report/diff-junit.ts';
import type { CiSettings } from '../settings.ts';
import type { StepOutcome } from '../step.ts';
import { visibleFormat } from './lint-step.ts';

/**
 * Compares the policies with those of the base. Nothing is compared where both sides are one commit.
 * @param hasPolicies Whether linting found policies: then to find none here is to look past them.
 */
export async function diffStep(
  context: CommandContext,
  base: ComparisonBase,
  settings: Pick<CiSettings, 'paths' | 'failOn' | 'traces' | 'acknowledged'>,
  { now, hasPolicies }: { readonly now: number; readonly hasPolicies: boolean },
): Promise<StepOutcome> {
  if (base.kind === 'none') return { status: EXIT.nothing, note: base.why };
  const { old, next } = readRange(context, base.operand);
  if (old.commit === next.commit)
    return {
      status: EXIT.nothing,
      note: `both sides of ${base.operand} are the commit ${next.commit.slice(0, 12)}`,
    };
  const { paths, failOn, acknowledged } = settings;
  const traces = settings.traces.length === 0 ? undefined : settings.traces;
  const operands = [base.operand, ...paths];
  const report = await makeDiffReport(context, { operands, failOn, traces, acknowledged, now });
  if (report === undefined && hasPolicies)
    throw new CliError(
      `there are policies, and none on either side of ${base.operand}`,
      'commit them, or name the paths of those that are to be compared',
    );
  if (report === undefined)
    return { status: EXIT.nothing, note: `no policy on either side of ${base.operand}` };
  await writeDiffReport(context, readFormats(context, [visibleFormat(context)]), report);
  const render = { ...makeRenderContext(context), style: PLAIN };
  return {
    status: report.stopped ? EXIT.findings : EXIT.clean,
    markdown: await renderDiffReport('markdown', report, render),
    sarif: await renderDiffReport('sarif', report, render),
    junit: renderDiffJunit(report, failOn),
  };
}
