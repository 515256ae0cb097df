import { getMember, type JsonNode, type JsonObject, normalizeName } from '@agentpolicy/core';
import { comment, type DlpPattern, PROTECTED_PATHS, plural, quoteYaml, writeDlp } from './policy-text.ts';

/** A tool as a server lists it. */
export interface DraftedTool {
  readonly name: string;
  /** The whole definition. */
  readonly node: JsonObject;
}

export interface ToolDraftOptions {
  /** `metadata.name`. */
  readonly name: string;
  /** What the server calls itself. */
  readonly server: string;
  readonly secrets: readonly DlpPattern[];
}

const METHODS = [
  'initialize',
  'notifications/cancelled',
  'notifications/initialized',
  'ping',
  'tools/call',
  'tools/list',
];

/**
 * Writes a policy in which every tool of a server is blocked, or asked about where the server says that it
 * only reads. Comments tell what the server says of each.
 */
export function draftFromTools(tools: readonly DraftedTool[], options: ToolDraftOptions): string {
  const seen = new Set<string>();
  const sorted = [...tools].sort((a, b) => (normalizeName(a.name) < normalizeName(b.name) ? -1 : 1));
  const rules = sorted.flatMap((tool) => writeRule(tool, seen));
  const lines = [
    `# Drafted from the ${plural(tools.length, 'tool')} that ${comment(options.server)} lists. Nothing is permitted yet:`,
    '# a tool that says it only reads is asked about, every other one is blocked. To permit a tool, take `action` out',
    '# and say in `allow_args` what its arguments may be. What a server says of its tools is not proof of anything.',
    'apiVersion: aip.io/v1alpha1',
    'kind: AgentPolicy',
    'metadata:',
    `  name: ${options.name}`,
    'spec:',
    '  mode: enforce',
    '  allowed_methods:',
    ...METHODS.map((method) => `    - ${method}`),
    ...(rules.length === 0 ? ['  # The server lists no tool.'] : ['  tool_rules:', ...rules]),
    '  protected_paths:',
    ...PROTECTED_PATHS.map((path) => `    - ${quoteYaml(path)}`),
    ...writeDlp(options.secrets),
  ];
  return `${lines.join('\n')}\n`;
}

function writeRule({ name, node }: DraftedTool, seen: Set<string>): readonly string[] {
  const normalized = normalizeName(name);
  if (normalized === '')
    return [`    # ${comment(name)} has no name that a policy could hold: it stays blocked`];
  if (seen.has(normalized))
    return [`    # ${comment(name)} can't be told from a tool above: a call that could mean both is refused`];
  seen.add(normalized);
  const hints = getMember(node, 'annotations');
  const isReading = readFlag(hints, 'readOnlyHint') && !readFlag(hints, 'destructiveHint');
  const description = readText(node, 'description').split('\n', 1)[0]?.trim() ?? '';
  const args = describeArguments(node);
  return [
    ...(description === '' ? [] : [`    # ${comment(description)}`]),
    ...(args.length === 0 ? [] : [`    # arguments: ${comment(args.join(', '))}`]),
    `    - tool: ${quoteYaml(/^[A-Za-z0-9_./-]+$/.test(name) ? name : normalized)}`,
    isReading ? '      action: ask # says that it only reads' : '      action: block',
  ];
}

/** The arguments of the tool's schema, those that are required first marked so. */
function describeArguments(node: JsonObject): readonly string[] {
  const schema = getMember(node, 'inputSchema');
  const properties = schema?.kind === 'object' ? getMember(schema, 'properties') : undefined;
  const required = schema?.kind === 'object' ? getMember(schema, 'required') : undefined;
  const names = new Set(
    required?.kind === 'array'
      ? required.items.flatMap((item) => (item.kind === 'string' ? [item.value] : []))
      : [],
  );
  if (properties?.kind !== 'object') return [];
  return properties.members.map(({ key, value }) => {
    const type = value.kind === 'object' ? readText(value, 'type') : '';
    const facts = [type, names.has(key) ? 'required' : ''].filter((fact) => fact !== '').join(', ');
    return facts === '' ? key : `${key} (${facts})`;
  });
}

function readText(node: JsonObject, key: string): string {
  const member = getMember(node, key);
  return member?.kind === 'string' ? member.value : '';
}

function readFlag(node: JsonNode | undefined, key: string): boolean {
  const member = node?.kind === 'object' ? getMember(node, key) : undefined;
  return member?.kind === 'boolean' && member.value;
}
