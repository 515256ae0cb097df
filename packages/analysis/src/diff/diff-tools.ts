import { normalizeName } from '@agentpolicy/core';
import { listCells } from '../calls/cells.ts';
import { describeRow } from '../calls/describe-row.ts';
import { findRegion } from '../calls/find-region.ts';
import { type JudgedTable, type Judgement, judgeTool, rowOf } from '../calls/judged-table.ts';
import { spellTool } from '../calls/witness.ts';
import { combineChanges } from './change.ts';
import { type BareCallsDifference, type CallsContext, diffCalls } from './diff-calls.ts';
import { compareRateLimits, compareSchemaHashes } from './diff-limits.ts';
import type { CallsDifference, Difference, ToolVerdict } from './difference.ts';
import { createFinder, type Finder, type Place, placeTool, type ToolFocus } from './places.ts';

/** One of the two tables that are compared. */
export interface ComparedTable {
  readonly judged: JudgedTable;
  readonly find: Finder;
  /** What each row says, as text, so that equal rows of two tables are equal. */
  readonly rowTexts: readonly string[];
}

export function prepareTable(judged: JudgedTable): ComparedTable {
  const { table } = judged;
  return {
    judged,
    find: createFinder(table),
    rowTexts: table.rows.map((row) => describeRow(row, table.patterns)),
  };
}

interface Pair {
  readonly old: ComparedTable;
  readonly next: ComparedTable;
  /** Mode and methods treat calls alike: equal rows decide alike. */
  readonly sameFrame: boolean;
}

export interface ToolsDiff {
  readonly tools: readonly ToolVerdict[];
  readonly otherTools: readonly CallsDifference[];
  readonly differences: readonly Difference[];
}

/** Compares what is decided about the calls of each tool, and of the tools that neither table names. */
export function diffTools(context: CallsContext, old: ComparedTable, next: ComparedTable): ToolsDiff {
  const sameFrame =
    old.judged.refused === next.judged.refused && old.judged.opensCalls === next.judged.opensCalls;
  const pair: Pair = { old, next, sameFrame };
  const names = [...new Set([...old.judged.tools.keys(), ...next.judged.tools.keys()])].sort();
  const tools: ToolVerdict[] = [];
  const differences: Difference[] = [];
  for (const tool of names) {
    const entry = next.judged.tools.get(tool) ?? old.judged.tools.get(tool);
    const found = diffTool(context, pair, tool, spellTool(entry, tool));
    differences.push(...found);
    const change = combineChanges(found.map((difference) => difference.change));
    tools.push({ tool, display: entry?.display ?? tool, change });
  }
  return { tools, otherTools: diffOtherTools(context, pair, names), differences };
}

function diffTool(context: CallsContext, pair: Pair, tool: string, spelling: string): readonly Difference[] {
  const { old, next, sameFrame } = pair;
  const isSame = textOf(old, tool) === textOf(next, tool);
  if (isSame && sameFrame) return [];
  const before = judgeTool(old.judged, tool);
  const after = judgeTool(next.judged, tool);
  const calls = diffCalls(context, spelling, before, after).map(
    (difference): CallsDifference => ({
      ...difference,
      tool,
      policyWide: isSame,
      places: { old: placeCalls(old, tool, difference), next: placeCalls(next, tool, difference) },
    }),
  );
  const limits = isSame ? [] : diffLimits(old, next, tool);
  const binds = limits.length > 0 && letsThrough(context, before) && letsThrough(context, after);
  return binds ? [...calls, ...limits] : calls;
}

function textOf({ judged, rowTexts }: ComparedTable, tool: string): string | undefined {
  const entry = judged.tools.get(tool);
  return entry === undefined ? undefined : rowTexts[entry.row];
}

/** Whether some call may pass; where that is not known it is taken for granted. */
function letsThrough({ store }: CallsContext, judgement: Judgement): boolean {
  if (judgement.outside !== 'block') return true;
  if (judgement.inside === 'block') return false;
  const cells = listCells(judgement.passing, judgement.passing);
  return findRegion(store, cells, ['in', 'in']).kind !== 'empty';
}

/** Limits and hashes bind only calls that would pass, so they are compared where some do in both. */
function diffLimits(old: ComparedTable, next: ComparedTable, tool: string): readonly Difference[] {
  const before = rowOf(old.judged, tool);
  const after = rowOf(next.judged, tool);
  const places = (field: 'rate_limit' | 'schema_hash') => ({
    old: placeTool(old.find, old.judged.tools.get(tool), { kind: 'field', field }),
    next: placeTool(next.find, next.judged.tools.get(tool), { kind: 'field', field }),
  });
  const limits = { from: before?.rateLimit ?? null, to: after?.rateLimit ?? null };
  const hashes = { from: before?.schemaHash ?? null, to: after?.schemaHash ?? null };
  const found: Difference[] = [];
  const limitChange = compareRateLimits(limits.from, limits.to);
  if (limitChange !== 'unchanged')
    found.push({ kind: 'rate-limit', tool, change: limitChange, ...limits, places: places('rate_limit') });
  const hashChange = compareSchemaHashes(hashes.from, hashes.to);
  if (hashChange !== 'unchanged')
    found.push({ kind: 'schema-hash', tool, change: hashChange, ...hashes, places: places('schema_hash') });
  return found;
}

function placeCalls(compared: ComparedTable, tool: string, { focus }: BareCallsDifference): readonly Place[] {
  const entry = compared.judged.tools.get(tool);
  const row = rowOf(compared.judged, tool);
  const pointers = new Map<string, Place>();
  const focuses = focus.map((argument): ToolFocus => {
    if (argument === null) return { kind: 'field', field: 'strict_args' };
    const isNamed = row?.args.some(({ name }) => name === argument) === true;
    if (isNamed) return { kind: 'argument', name: argument };
    return row?.strict === true ? { kind: 'field', field: 'strict_args' } : { kind: 'decision' };
  });
  for (const one of focuses.length === 0 ? [{ kind: 'decision' } as const] : focuses)
    for (const place of placeTool(compared.find, entry, one)) pointers.set(place.pointer, place);
  return [...pointers.values()];
}

/** No table names these, so both refuse them, each in its own way. */
function diffOtherTools(
  context: CallsContext,
  { old, next, sameFrame }: Pair,
  names: readonly string[],
): readonly CallsDifference[] {
  if (sameFrame) return [];
  const tool = nameOtherTool(names);
  return diffCalls(context, tool, judgeTool(old.judged, tool), judgeTool(next.judged, tool)).map(
    (difference) => ({ ...difference, tool: null, policyWide: true, places: { old: [], next: [] } }),
  );
}

function nameOtherTool(names: readonly string[]): string {
  const taken = new Set(names);
  let name = 'unlisted_tool';
  for (let count = 2; taken.has(normalizeName(name)); count++) name = `unlisted_tool_${count}`;
  return name;
}
