import { getRulePage, READER_CODES, RULES, type RuleMeta, readRulePage } from '@agentpolicy/lint';
import { findNearestName } from '@agentpolicy/spec';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { renderCode, renderList, renderRule } from '../lint/rules/render-rules.ts';
import { readColumns } from '../terminal/columns.ts';

/** Codes of findings that come from no rule. */
const OTHER_CODES: ReadonlyMap<string, string> = new Map([
  ...Object.entries(READER_CODES),
  ['analysis-limit', 'The policy has too many or too complex patterns to compare them all.'],
  ['malformed-ignore', 'An `# aip-ignore` comment can not be understood, or gives no reason.'],
  ['unknown-ignore', 'An `# aip-ignore` comment names a rule that does not exist.'],
  ['stale-ignore', 'An `# aip-ignore` comment names a rule that finds nothing there.'],
]);

/** As many names are suggested. */
const MAX_NEAR = 5;

/** `aip rules`: every rule in a line, or all about one; also what the code of a finding means that is no rule's. */
export async function runRules(
  context: CommandContext,
  name: string | undefined,
  options: { readonly format: string },
): Promise<ExitStatus> {
  const columns = readColumns(context.stdout);
  const code = name === undefined ? undefined : OTHER_CODES.get(name);
  if (name !== undefined && code !== undefined) {
    if (options.format === 'json')
      context.print(JSON.stringify({ version: 1, rules: [], codes: [{ name, summary: code }] }, null, 2));
    else context.print(...renderCode(name, code, columns, context.style));
    return EXIT.clean;
  }
  const metas = name === undefined ? RULES.map(({ meta }) => meta) : [findRule(name)];
  if (options.format === 'json') {
    const shown = metas.map((meta) => ({ ...meta, page: getRulePage(meta.name) }));
    context.print(JSON.stringify({ version: 1, rules: shown }, null, 2));
  } else if (name === undefined) {
    context.print(...renderList(metas, columns, context.style));
  } else {
    for (const meta of metas) {
      const page = (await readRulePage(meta.name)) ?? '';
      context.print(...renderRule(meta, page, columns, context.style));
    }
  }
  return EXIT.clean;
}

function findRule(name: string): RuleMeta {
  const found = RULES.find(({ meta }) => meta.name === name);
  if (found !== undefined) return found.meta;
  const near = findNear(name, [...RULES.map(({ meta }) => meta.name), ...OTHER_CODES.keys()]);
  throw new CliError(
    `there is no rule \`${name}\``,
    near.length === 0
      ? '`aip rules` lists the rules'
      : `did you mean ${near.map((each) => `\`${each}\``).join(' or ')}?`,
  );
}

/** Names that hold what was asked for, or the one that is spelt nearly like it. */
function findNear(name: string, known: readonly string[]): readonly string[] {
  const holding = name.length < 3 ? [] : known.filter((each) => each.includes(name.toLowerCase()));
  if (holding.length > 0) return holding.slice(0, MAX_NEAR);
  const nearest = findNearestName(name, known);
  return nearest === undefined ? [] : [nearest];
}
