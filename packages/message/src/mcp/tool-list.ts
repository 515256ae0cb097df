import { getMember, type JsonNode, type JsonObject, normalizeName } from '@agentpolicy/core';

/** One tool as a server lists it. */
export interface ListedTool {
  readonly name: string;
  readonly normalizedName: string;
  /** The whole definition. */
  readonly node: JsonObject;
}

/** One page of a server's tools. */
export interface ToolPage {
  readonly tools: readonly ListedTool[];
  /** More pages follow. */
  readonly hasMore: boolean;
}

/** Reads the result of a `tools/list`; undefined where it lists no tools. Entries without a name are left out. */
export function readToolPage(result: JsonNode): ToolPage | undefined {
  if (result.kind !== 'object') return undefined;
  const list = getMember(result, 'tools');
  if (list?.kind !== 'array') return undefined;
  const tools: ListedTool[] = [];
  for (const node of list.items) {
    const name = node.kind === 'object' ? getMember(node, 'name') : undefined;
    if (node.kind !== 'object' || name?.kind !== 'string') continue;
    tools.push({ name: name.value, normalizedName: normalizeName(name.value), node });
  }
  const cursor = getMember(result, 'nextCursor');
  return { tools, hasMore: cursor !== undefined && cursor.kind !== 'null' };
}
