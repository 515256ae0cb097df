import type { CoverageItem, PolicyCoverage } from '@agentpolicy/test-runner';
import type { TestRenderContext } from '../formats.ts';
import { groupByLine } from './source-lines.ts';

/**
 * LCOV's tracefile: a line counts as often as the rarest outcome of the entries on it came, and every outcome is
 * a branch. Policies without a text are left out, since LCOV is about lines.
 */
export function renderLcov(
  coverage: readonly PolicyCoverage[],
  { toRepositoryPath }: TestRenderContext,
): string {
  return coverage
    .filter(({ items }) => items.some(({ place }) => place !== null))
    .map(({ policy, items }) => renderPolicy(toRepositoryPath(policy), items))
    .join('');
}

function renderPolicy(file: string, items: readonly CoverageItem[]): string {
  const byLine = groupByLine(items);
  const lines: string[] = ['TN:', `SF:${file}`];
  let branches = 0;
  let branchesHit = 0;
  let linesHit = 0;
  for (const [line, here] of byLine) {
    here.forEach(({ outcomes }, block) => {
      const isSeen = outcomes.some(({ count }) => count > 0);
      outcomes.forEach(({ count }, branch) => {
        branches++;
        if (count > 0) branchesHit++;
        lines.push(`BRDA:${line},${block},${branch},${isSeen ? count : '-'}`);
      });
    });
  }
  lines.push(`BRF:${branches}`, `BRH:${branchesHit}`);
  for (const [line, here] of byLine) {
    const least = Math.min(...here.flatMap(({ outcomes }) => outcomes.map(({ count }) => count)));
    if (least > 0) linesHit++;
    lines.push(`DA:${line},${least}`);
  }
  lines.push(`LF:${byLine.size}`, `LH:${linesHit}`, 'end_of_record');
  return lines.map((line) => `${line}\n`).join('');
}
