import { getMember, type JsonNode, type JsonObject, normalizeName } from '@agentpolicy/core';
import type { PolicyModel } from './policy-model.ts';
import type { RecordedTool } from './tool-list.ts';

/** What a tool's input schema says about its arguments, as far as it says it plainly. */
export interface ToolSchema {
  readonly properties: ReadonlyMap<string, JsonNode>;
  readonly required: readonly string[];
  /** The schema lists its arguments and has no way to admit others. */
  readonly isComplete: boolean;
}

/** Keywords that can add arguments that `properties` does not show. */
const COMPOSING = ['$ref', 'allOf', 'anyOf', 'oneOf', 'patternProperties', 'if', 'dependentSchemas'];

/** Reads `inputSchema`; undefined where the tool has none. */
export function readToolSchema(tool: RecordedTool): ToolSchema | undefined {
  const schema = getMember(tool.definition, 'inputSchema');
  if (schema?.kind !== 'object') return undefined;
  const properties = getMember(schema, 'properties');
  const known = new Map<string, JsonNode>();
  if (properties?.kind === 'object') for (const { key, value } of properties.members) known.set(key, value);
  const required = getMember(schema, 'required');
  return {
    properties: known,
    required:
      required?.kind === 'array'
        ? required.items.flatMap((item) => (item.kind === 'string' ? [item.value] : []))
        : [],
    isComplete: listsAll(schema),
  };
}

function listsAll(schema: JsonObject): boolean {
  if (COMPOSING.some((keyword) => getMember(schema, keyword) !== undefined)) return false;
  const more = getMember(schema, 'additionalProperties');
  return more === undefined || (more.kind === 'boolean' && !more.value);
}

/** The recorded tools by normalized name; a name that two tools share is here with both. */
export function groupTools(tools: readonly RecordedTool[]): ReadonlyMap<string, readonly RecordedTool[]> {
  const groups = new Map<string, RecordedTool[]>();
  for (const tool of tools) {
    const name = normalizeName(tool.name);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [tool]);
    else group.push(tool);
  }
  return groups;
}

/** The policy's rules that can let a call through, with the server's tool; those that can't be told apart are left out. */
export function* pairRules(model: PolicyModel): Iterable<{
  readonly rule: PolicyModel['rules'][number];
  readonly tool: RecordedTool;
  readonly schema: ToolSchema;
}> {
  if (model.tools === undefined) return;
  const groups = groupTools(model.tools);
  for (const { rule, name } of model.permitted) {
    const [tool, ...others] = groups.get(name) ?? [];
    if (rule === undefined || tool === undefined || others.length > 0) continue;
    const schema = readToolSchema(tool);
    if (schema !== undefined) yield { rule, tool, schema };
  }
}
