import { type CoverageItem, countOutcomes, type PolicyCoverage, toPercent } from '@agentpolicy/test-runner';
import { escapeControls } from '../../terminal/printable.ts';
import type { Style } from '../../terminal/style.ts';
import type { TestRenderContext } from '../formats.ts';
import { describeOutcomes, listMissing, readSourceLines } from './source-lines.ts';

/** Each policy's text with what was seen at the side, and the outcomes that never came. */
export function renderCoverageText(
  coverage: readonly PolicyCoverage[],
  { style, resolveFile }: TestRenderContext,
): string {
  const lines = coverage.flatMap((each) => [...renderPolicy(each, resolveFile(each.policy), style), '']);
  return lines.map((line) => `${line}\n`).join('');
}

function renderPolicy(coverage: PolicyCoverage, path: string, style: Style): string[] {
  const { policy, items } = coverage;
  const counts = countOutcomes(items);
  const head = `${escapeControls(policy)}: ${counts.seen} of ${counts.total} outcomes seen, ${toPercent(counts)} %`;
  const source = readSourceLines(coverage, path);
  if (source === null)
    return [
      style.bold(head),
      ...items.map(
        (item) =>
          `  ${mark([item], style)} ${item.kind} ${escapeControls(item.name)}: ${describeOutcomes(item)}`,
      ),
    ];
  const width = String(source.length).length;
  const body = source.map(({ number, text, items: here }) => {
    const missing = listMissing(here);
    const note = missing.length === 0 ? '' : style.error(`  never ${missing.join(', ')}`);
    return `${mark(here, style)} ${style.dim(`${String(number).padStart(width)} |`)} ${escapeControls(text)}${note}`;
  });
  return [style.bold(head), ...body];
}

/** How often the entries of a line came to bear; the least of their outcomes counts. */
function mark(items: readonly CoverageItem[], style: Style): string {
  const counts = items.flatMap(({ outcomes }) => outcomes.map(({ count }) => count));
  if (counts.length === 0) return ' '.repeat(7);
  const least = Math.min(...counts);
  return least === 0 ? style.error('missing') : style.good(`${least}x`.padStart(7));
}
