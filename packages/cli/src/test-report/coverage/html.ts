import {
  COVERAGE_KINDS,
  type CoverageItem,
  type CoverageKind,
  countOutcomes,
  type PolicyCoverage,
  toPercent,
} from '@agentpolicy/test-runner';
import { escapeXml } from '../../lint/formats/junit.ts';
import type { TestRenderContext } from '../formats.ts';
import { PAGE_STYLE } from './page-style.ts';
import { describeOutcomes, listMissing, readSourceLines, type SourceLine } from './source-lines.ts';

const TITLES = {
  tool: 'Tools',
  rule: 'Rules',
  pattern: 'Patterns',
  'rate-limit': 'Rate limits',
  'protected-path': 'Protected paths',
  'dlp-pattern': 'DLP patterns',
  method: 'Methods',
} as const satisfies Record<CoverageKind, string>;

/** One page that needs nothing but itself: no script, no font, no other file. */
export function renderCoverageHtml(
  coverage: readonly PolicyCoverage[],
  { resolveFile }: TestRenderContext,
): string {
  const all = countOutcomes(coverage.flatMap(({ items }) => items));
  const body = coverage.map((each) => renderPolicy(each, resolveFile(each.policy))).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Policy coverage: ${toPercent(all)} %</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>
<h1>Policy coverage</h1>
<p class="lead"><strong>${toPercent(all)} %</strong> ${all.seen} of ${all.total} outcomes were seen in the tests</p>
</header>
<main>
${body}
</main>
</body>
</html>
`;
}

function renderPolicy(coverage: PolicyCoverage, path: string): string {
  const { policy, items } = coverage;
  const counts = countOutcomes(items);
  const source = readSourceLines(coverage, path);
  return `<section>
<h2>${escapeXml(policy)} <span class="percent ${gradeOf(toPercent(counts))}">${toPercent(counts)} %</span></h2>
<div class="kinds">${COVERAGE_KINDS.map((kind) => renderKind(kind, items)).join('')}</div>
${source === null ? renderList(items) : `<table class="source">${source.map(renderLine).join('')}</table>`}
</section>`;
}

function renderKind(kind: CoverageKind, items: readonly CoverageItem[]): string {
  const counts = countOutcomes(items.filter((item) => item.kind === kind));
  if (counts.total === 0) return '';
  const percent = toPercent(counts);
  return `<div class="kind"><span>${TITLES[kind]}</span><span class="number">${counts.seen} / ${counts.total}</span><meter class="${gradeOf(percent)}" min="0" max="100" value="${percent}">${percent} %</meter></div>`;
}

function gradeOf(percent: number): 'full' | 'part' | 'low' {
  if (percent >= 100) return 'full';
  return percent >= 50 ? 'part' : 'low';
}

function renderLine({ number, text, items }: SourceLine): string {
  const code = `<td class="line">${number}</td><td class="code">${escapeXml(text)}</td>`;
  if (items.length === 0) return `<tr>${code}<td></td></tr>\n`;
  const missing = listMissing(items).length;
  const total = countOutcomes(items).total;
  const grade = missing === 0 ? 'full' : missing < total ? 'part' : 'low';
  return `<tr class="${grade}">${code}<td class="seen">${items.map(renderOutcomes).join('')}</td></tr>\n`;
}

function renderOutcomes(item: CoverageItem): string {
  const chips = item.outcomes.map(({ name, count }) =>
    count === 0
      ? `<span class="chip never">never ${escapeXml(name)}</span>`
      : `<span class="chip">${escapeXml(name)} <b>${count}</b></span>`,
  );
  return `<span title="${escapeXml(`${item.kind} ${item.name}`)}">${chips.join('')}</span>`;
}

function renderList(items: readonly CoverageItem[]): string {
  const rows = items.map(
    (item) => `<li>${escapeXml(`${item.kind} ${item.name}: ${describeOutcomes(item)}`)}</li>`,
  );
  return `<ul>${rows.join('')}</ul>`;
}
