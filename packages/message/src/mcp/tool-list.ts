import { getMember, type JsonNode, type JsonObject, MAX_NAME_LENGTH, normalizeName } from '@agentpolicy/core';
import { findConfusedKey } from '../messages/look-alikes.ts';

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
  /** Entries without a name, or with a key that some readers take for the name or another part of the definition. */
  readonly unreadable: readonly JsonNode[];
  /** More pages follow. */
  readonly hasMore: boolean;
}

const PARTS = ['name', 'title', 'description', 'inputSchema', 'outputSchema', 'annotations'];

function readTool(node: JsonNode): ListedTool | undefined {
  if (node.kind !== 'object' || findConfusedKey(node, PARTS) !== undefined) return undefined;
  const name = getMember(node, 'name');
  return name?.kind === 'string' && name.value.length <= MAX_NAME_LENGTH
    ? { name: name.value, normalizedName: normalizeName(name.value), node }
    : undefined;
}

/** Reads the result of a `tools/list`; undefined where it lists no tools. */
export function readToolPage(result: JsonNode): ToolPage | undefined {
  const list = result.kind === 'object' ? getMember(result, 'tools') : undefined;
  if (result.kind !== 'object' || list?.kind !== 'array') return undefined;
  const tools: ListedTool[] = [];
  const unreadable: JsonNode[] = [];
  for (const node of list.items) {
    const tool = readTool(node);
    if (tool === undefined) unreadable.push(node);
    else tools.push(tool);
  }
  const cursor = getMember(result, 'nextCursor');
  return { tools, unreadable, hasMore: cursor !== undefined && cursor.kind !== 'null' };
}
