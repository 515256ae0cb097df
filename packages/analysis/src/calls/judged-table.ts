import { type DecisionTable, normalizeName, type TableRow, type TableTool } from '@agentpolicy/core';
import { UNICODE_VERSION } from '@agentpolicy/regex';
import { AnalysisError } from '../analysis-error.ts';
import { isMethodAllowed } from './allowed-methods.ts';
import { type CallSet, callSetOf, EVERY_CALL } from './call-set.ts';
import type { Decision } from './decision.ts';

/**
 * How one policy decides on the calls of one tool: one way on those whose arguments pass, one on the
 * others.
 */
export interface Judgement {
  readonly passing: CallSet;
  readonly inside: Decision;
  readonly outside: Decision;
}

/** A table with what is asked of it again and again. */
export interface JudgedTable {
  readonly table: DecisionTable;
  readonly tools: ReadonlyMap<string, TableTool>;
  /** Whether the method `tools/call` is allowed; where not, every call is refused, in monitor mode too. */
  readonly opensCalls: boolean;
  /** What becomes of a call that the rules refuse. */
  readonly refused: Decision;
}

/**
 * @throws AnalysisError `bad-table` where it is damaged, or its patterns mean something else here than
 *   where it was compiled.
 */
export function judgeTable(table: DecisionTable): JudgedTable {
  if (table.unicode !== UNICODE_VERSION) {
    throw new AnalysisError(
      'bad-table',
      `the table of \`${table.policy.name}\` was compiled for Unicode ${table.unicode}, not ${UNICODE_VERSION}: compile the policy again`,
    );
  }
  for (const { name, row } of table.tools) {
    if (table.rows[row] === undefined)
      throw new AnalysisError('bad-table', `the decision table has no row for the tool \`${name}\``);
  }
  const opensCalls = isMethodAllowed(table.methods, 'tools/call');
  return {
    table,
    tools: new Map(table.tools.map((tool) => [tool.name, tool])),
    opensCalls,
    refused: opensCalls && table.policy.mode === 'monitor' ? 'allow' : 'block',
  };
}

/** The row of a tool; undefined where the table does not name it. */
export function rowOf(judged: JudgedTable, tool: string): TableRow | undefined {
  const entry = judged.tools.get(normalizeName(tool));
  return entry === undefined ? undefined : judged.table.rows[entry.row];
}

/** How the table decides on a tool's calls (v1alpha1 §4.3), without rate limits and protected paths. */
export function judgeTool(judged: JudgedTable, tool: string): Judgement {
  const { refused, opensCalls } = judged;
  const row = rowOf(judged, tool);
  if (row === undefined || !opensCalls || row.action === 'deny' || row.action === 'block')
    return { passing: EVERY_CALL, inside: refused, outside: refused };
  return { passing: callSetOf(row, judged.table.patterns), inside: row.action, outside: refused };
}
