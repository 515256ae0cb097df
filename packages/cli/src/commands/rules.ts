import { getRulePage, PRESETS, RULES, type RuleMeta } from '@agentpolicy/lint';
import { findNearestName } from '@agentpolicy/spec';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import type { Style } from '../terminal/style.ts';

/** `aip rules`: every rule in a line, or one with its options. */
export function runRules(
  context: CommandContext,
  name: string | undefined,
  options: { readonly format: string },
): ExitStatus {
  const metas = name === undefined ? RULES.map(({ meta }) => meta) : [findRule(name)];
  if (options.format === 'json') {
    const shown = metas.map((meta) => ({ ...meta, page: getRulePage(meta.name) }));
    context.print(JSON.stringify({ version: 1, rules: shown }, null, 2));
  } else if (name === undefined) {
    context.print(...renderList(metas, context.style));
  } else {
    for (const meta of metas) context.print(...renderRule(meta, context.style));
  }
  return EXIT.clean;
}

function findRule(name: string): RuleMeta {
  const found = RULES.find(({ meta }) => meta.name === name);
  if (found !== undefined) return found.meta;
  const nearest = findNearestName(
    name,
    RULES.map(({ meta }) => meta.name),
  );
  throw new CliError(
    `there is no rule \`${name}\``,
    nearest === undefined ? '`aip rules` lists the rules' : `did you mean \`${nearest}\`?`,
  );
}

function renderList(metas: readonly RuleMeta[], style: Style): string[] {
  const width = Math.max(...metas.map(({ name }) => name.length));
  const lines = metas.map(({ name, category, severity, fixable, summary }) => {
    const columns = [
      style.bold(name.padEnd(width)),
      severity.recommended.padEnd(7),
      category.padEnd(13),
      fixable ? 'fix' : '   ',
      style.dim(summary),
    ];
    return columns.join('  ');
  });
  return [...lines, '', `${metas.length} rules; aip rules NAME says more about one`];
}

function renderRule(meta: RuleMeta, style: Style): string[] {
  const severities = PRESETS.map((preset) => `${meta.severity[preset]} (${preset})`);
  const lines = [
    style.bold(meta.name),
    `  ${meta.summary}`,
    '',
    `  category  ${meta.category}`,
    `  severity  ${severities.join(', ')}`,
    `  fixes     ${meta.fixable ? 'some of its findings can be repaired with --fix' : 'none'}`,
    `  page      ${getRulePage(meta.name)}`,
  ];
  for (const [name, option] of Object.entries(meta.options)) {
    lines.push(`  option    ${name} (${option.type}, default ${JSON.stringify(option.default)})`);
    lines.push(`            ${option.description}`);
  }
  return lines;
}
