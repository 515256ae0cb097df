import {
  formatPlace,
  type MutantResult,
  type MutationReport,
  scoreMutations,
  toPercent,
} from '@agentpolicy/test-runner';
import { plural } from '../report/diagnostics-pretty.ts';
import { escapeControls } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';

/** Which mistakes no suite notices, each with what would notice it. */
export function renderMutations(report: MutationReport, style: Style): string {
  const lines: string[] = report.failing.map(({ file }) => `${style.error('FAIL')} ${escapeControls(file)}`);
  for (const { policy, mutants } of report.policies) {
    lines.push(style.bold(escapeControls(policy)));
    for (const mutant of mutants)
      if (mutant.status === 'survived') lines.push(...renderSurvivor(mutant, style));
  }
  lines.push(summarize(report, style));
  return lines.map((line) => `${line}\n`).join('');
}

function renderSurvivor(
  { operator, place, pointer, before, after, advice }: MutantResult,
  style: Style,
): string[] {
  const where = place === null ? pointer : formatPlace(place);
  return [
    `  ${style.error('survived')} ${operator} ${style.dim(escapeControls(where))}`,
    ...(before === null ? [] : [`      ${escapeControls(`- ${before}`)}`]),
    ...(after === null ? [] : [`      ${escapeControls(`+ ${after}`)}`]),
    ...(advice === null ? [] : [`      ${style.info('notice it:')} ${escapeControls(advice)}`]),
  ];
}

function summarize(report: MutationReport, style: Style): string {
  const score = scoreMutations(report);
  const all = report.policies.flatMap(({ mutants }) => mutants);
  const count = (status: MutantResult['status']): number =>
    all.filter((each) => each.status === status).length;
  const parts = [
    `${score.killed} of ${plural(score.total, 'mistake')} noticed, ${toPercent({ seen: score.killed, total: score.total })} %`,
    ...(count('equivalent') > 0 ? [`${count('equivalent')} that change nothing left out`] : []),
    ...(count('invalid') > 0 ? [`${count('invalid')} that are no policy left out`] : []),
  ];
  return style.bold(parts.join('; '));
}
