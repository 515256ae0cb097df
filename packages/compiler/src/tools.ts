import { normalizeName, type TableRow, type TableTool } from '@agentpolicy/core';
import { type PolicyDocument, type PolicySpec, parseRateLimit, type ToolRule } from '@agentpolicy/spec';
import { CompilerError } from './compiler-error.ts';
import type { PatternPool } from './pattern-pool.ts';

interface NamedTool {
  readonly name: string;
  readonly display: string;
  rule: number | null;
  listed: number | null;
  denied: number | null;
}

/** Every tool that the policy names, and the rows that say what is decided about them. */
export function compileTools(
  document: PolicyDocument,
  spec: PolicySpec,
  pool: PatternPool,
): { readonly tools: readonly TableTool[]; readonly rows: readonly TableRow[] } {
  const rows: TableRow[] = [];
  const known = new Map<string, number>();
  const tools = collectTools(spec).map(({ name, display, rule, listed, denied }): TableTool => {
    const row = compileRow(document, spec, pool, rule, denied !== null);
    const key = JSON.stringify(row);
    let index = known.get(key);
    if (index === undefined) {
      index = rows.push(row) - 1;
      known.set(key, index);
    }
    return { name, display, row: index, rule, listed, denied };
  });
  return { tools, rows };
}

/** The first entry of each list that names a tool counts; names are compared in their normal form. */
function collectTools(spec: PolicySpec): NamedTool[] {
  const byName = new Map<string, NamedTool>();
  const note = (display: string, list: 'rule' | 'listed' | 'denied', index: number): void => {
    const name = normalizeName(display);
    const tool = byName.get(name) ?? { name, display, rule: null, listed: null, denied: null };
    tool[list] ??= index;
    byName.set(name, tool);
  };
  spec.tool_rules?.forEach((rule, index) => {
    note(rule.tool, 'rule', index);
  });
  spec.allowed_tools?.forEach((tool, index) => {
    note(tool, 'listed', index);
  });
  spec.denied_tools?.forEach((tool, index) => {
    note(tool, 'denied', index);
  });
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function compileRow(
  document: PolicyDocument,
  spec: PolicySpec,
  pool: PatternPool,
  index: number | null,
  isDenied: boolean,
): TableRow {
  const rule: ToolRule | undefined = index === null ? undefined : spec.tool_rules?.[index];
  return {
    action: isDenied ? 'deny' : (rule?.action ?? 'allow'),
    rateLimit: rule?.rate_limit === undefined ? null : readRateLimit(rule.rate_limit),
    strict: rule?.strict_args ?? spec.strict_args_default ?? false,
    args:
      index === null
        ? []
        : document.listAllowedArguments(index).map(({ name, pattern, pointer }) => ({
            name,
            pattern: pool.add(pointer, pattern, 'match'),
          })),
    schemaHash: rule?.schema_hash ?? null,
  };
}

function readRateLimit(text: string): TableRow['rateLimit'] {
  const limit = parseRateLimit(text);
  if (!limit.ok)
    throw new CompilerError('inconsistent-document', `a checked document has the rate limit \`${text}\``);
  return limit.value;
}
