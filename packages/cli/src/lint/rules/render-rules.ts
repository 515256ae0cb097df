import { CATEGORIES, getRulePage, PRESETS, type RuleMeta, type RuleSeverity } from '@agentpolicy/lint';
import { type Columns, wrap } from '../../terminal/columns.ts';
import type { Style } from '../../terminal/style.ts';
import { renderPage } from './render-page.ts';

/** Below this, the lines of the list would be broken in the middle. */
const MIN_COLUMNS_OF_ROWS = 160;

/** Every rule: in a line each where there is room for it, or else in groups. */
export function renderList(metas: readonly RuleMeta[], columns: Columns, style: Style): readonly string[] {
  const lines =
    columns === undefined || columns >= MIN_COLUMNS_OF_ROWS
      ? renderRows(metas, style)
      : renderGroups(metas, columns, style);
  return [...lines, '', `${metas.length} rules; aip rules NAME says all about one`];
}

/** A line for each rule, for wide terminals and for programs such as grep. */
function renderRows(metas: readonly RuleMeta[], style: Style): readonly string[] {
  const width = Math.max(...metas.map(({ name }) => name.length));
  return metas.map(({ name, category, severity, fixable, summary }) => {
    const cells = [
      style.bold(name.padEnd(width)),
      paintSeverity(severity.recommended, style)(severity.recommended.padEnd(7)),
      category.padEnd(13),
      fixable ? 'fix' : '   ',
      style.dim(summary),
    ];
    return cells.join('  ');
  });
}

/** By category: the name of each rule, and below it what it is about. */
function renderGroups(metas: readonly RuleMeta[], columns: Columns, style: Style): readonly string[] {
  const groups = CATEGORIES.map((category) => [
    style.bold(category),
    ...metas
      .filter((meta) => meta.category === category)
      .flatMap(({ name, severity: { recommended }, fixable, summary }) => [
        `  ${style.bold(name)}  ${paintSeverity(recommended, style)(recommended)}${fixable ? '  fix' : ''}`,
        ...wrap(summary, columns, '    ').map(style.dim),
      ]),
  ]);
  return groups.flatMap((group, index) => (index === 0 ? group : ['', ...group]));
}

function paintSeverity(severity: RuleSeverity, style: Style): (text: string) => string {
  return severity === 'off' ? style.dim : style[severity];
}

/** All about one rule: its settings, then its page. */
export function renderRule(meta: RuleMeta, page: string, columns: Columns, style: Style): readonly string[] {
  const severities = PRESETS.map((preset) => `${meta.severity[preset]} (${preset})`);
  return [
    style.bold(meta.name),
    '',
    `  category  ${meta.category}`,
    `  severity  ${severities.join(', ')}`,
    `  fixes     ${meta.fixable ? 'some of its findings can be repaired with --fix' : 'none'}`,
    `  page      ${getRulePage(meta.name)}`,
    ...renderPage(page, columns, style),
  ];
}

/** What the code of a finding means that is no rule's. */
export function renderCode(name: string, summary: string, columns: Columns, style: Style): readonly string[] {
  const note = 'This is no rule: no preset and no configuration turns it off, and no comment ignores it.';
  return [style.bold(name), '', ...wrap(summary, columns, '  '), '', ...wrap(note, columns, '  ')];
}
