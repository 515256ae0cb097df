import { getMember, type JsonNode, type JsonObject, readJson } from '@agentpolicy/core';
import { LintError } from '../lint-error.ts';

/** A tool as a server lists it (`tools/list`). `definition` is its JSON as it was written. */
export interface RecordedTool {
  readonly name: string;
  readonly definition: JsonObject;
}

/** The recorded lines of a trace that could hold a tool list are longer than this is deep. */
const MAX_DEPTH = 1000;

/**
 * Reads a recorded tool list: a `tools/list` response or its result, a bare list of tools, or a trace in
 * JSON lines that holds such responses (the last list of each tool's name wins).
 * @throws LintError `bad-tool-list` where the text holds no tool list
 */
export function readToolList(text: string, file: string): readonly RecordedTool[] {
  const whole = readJson(text, { maxDepth: MAX_DEPTH });
  const found = new Map<string, RecordedTool>();
  let lists = 0;
  if (whole.ok) {
    lists = collectTools(whole.value, found);
  } else {
    for (const line of text.split('\n')) {
      if (!line.includes('"tools"')) continue;
      const parsed = readJson(line.trim(), { maxDepth: MAX_DEPTH });
      if (parsed.ok) lists += collectTools(parsed.value, found);
    }
  }
  if (lists > 0) return [...found.values()];
  const reason = whole.ok ? '' : ` (${whole.error.message})`;
  throw new LintError(
    'bad-tool-list',
    `${file} holds no tool list${reason}: give it the result of tools/list or a trace with one`,
  );
}

/** Adds the tools of one message, result or list; returns how many lists there were. */
function collectTools(node: JsonNode, into: Map<string, RecordedTool>): number {
  const list = findList(node);
  if (list === undefined) return 0;
  for (const item of list) {
    if (item.kind !== 'object') continue;
    const name = getMember(item, 'name');
    if (name?.kind === 'string') into.set(name.value, { name: name.value, definition: item });
  }
  return 1;
}

function findList(node: JsonNode): readonly JsonNode[] | undefined {
  if (node.kind === 'array') return isToolArray(node.items) ? node.items : undefined;
  if (node.kind !== 'object') return undefined;
  const tools = getMember(node, 'tools');
  if (tools?.kind === 'array' && isToolArray(tools.items)) return tools.items;
  for (const wrapper of ['result', 'raw']) {
    const inner = getMember(node, wrapper);
    if (inner?.kind === 'object') return findList(inner);
  }
  return undefined;
}

/** `capabilities.tools` and the like have the name but not the shape. */
function isToolArray(items: readonly JsonNode[]): boolean {
  return items.every((item) => item.kind === 'object' && getMember(item, 'name')?.kind === 'string');
}
