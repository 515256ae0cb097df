import { appendPointer, type DecisionTable, type TablePlace, type TableTool } from '@agentpolicy/core';

/**
 * An entry of a policy. Lines and columns count from 1; null where the table's source map does not hold the
 * entry.
 */
export interface Place {
  readonly pointer: string;
  readonly range: {
    readonly start: { readonly line: number; readonly column: number };
    readonly end: { readonly line: number; readonly column: number };
  } | null;
}

/** Where the two policies speak of a difference; empty where a policy says nothing. */
export interface Places {
  readonly old: readonly Place[];
  readonly next: readonly Place[];
}

export type Finder = (pointer: string) => Place;

/** Looks pointers up in the table's source map. */
export function createFinder(table: DecisionTable): Finder {
  let known: Map<string, TablePlace> | undefined;
  return (pointer) => {
    known ??= new Map(table.sourceMap.map((place) => [place[0], place]));
    const place = known.get(pointer);
    if (place === undefined) return { pointer, range: null };
    const [, line, column, endLine, endColumn] = place;
    return { pointer, range: { start: { line, column }, end: { line: endLine, column: endColumn } } };
  };
}

/** What of a tool's entry a difference is about. */
export type ToolFocus =
  | { readonly kind: 'decision' }
  | { readonly kind: 'argument'; readonly name: string }
  | { readonly kind: 'field'; readonly field: 'strict_args' | 'rate_limit' | 'schema_hash' };

/** The entry, or the part of it, that speaks of the focus. */
export function placeTool(find: Finder, tool: TableTool | undefined, focus: ToolFocus): readonly Place[] {
  if (tool === undefined) return [];
  if (tool.denied !== null) return [find(appendPointer('/spec/denied_tools', tool.denied))];
  if (tool.rule === null)
    return tool.listed === null ? [] : [find(appendPointer('/spec/allowed_tools', tool.listed))];
  const rule = appendPointer('/spec/tool_rules', tool.rule);
  const part = find(pointToPart(rule, focus));
  return [part.range === null ? find(rule) : part];
}

function pointToPart(rule: string, focus: ToolFocus): string {
  switch (focus.kind) {
    case 'decision':
      return appendPointer(rule, 'action');
    case 'argument':
      return appendPointer(appendPointer(rule, 'allow_args'), focus.name);
    case 'field':
      return appendPointer(rule, focus.field);
  }
}

/** For what no entry of the source map speaks of. */
export const NO_PLACES: Places = { old: [], next: [] };
