import { type DecisionTable, normalizeName, type TableTool } from '@agentpolicy/core';
import { AnalysisError } from '../analysis-error.ts';
import { type CallSet, EVERY_CALL, type Slot } from '../calls/call-set.ts';
import { listCells } from '../calls/cells.ts';
import { compareDecisions, type Decision } from '../calls/decision.ts';
import { findRegion, type RegionSides } from '../calls/find-region.ts';
import { judgeTable, judgeTool } from '../calls/judged-table.ts';
import { avoidProtectedPaths } from '../calls/taste.ts';
import { type Call, listExamples, spellTool } from '../calls/witness.ts';
import { createFinder, type Place, placeTool } from '../diff/places.ts';
import type { AnalysisBudget } from '../languages/budget.ts';
import { createLanguageStore } from '../languages/language-store.ts';
import { spellLiteral } from '../languages/literal.ts';

/** What is asked of an argument: that it is this text, or that a pattern matches in it. */
export type ArgumentConstraint =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly pattern: string };

export interface Capability {
  readonly policy: string;
  /** The most open decision on any of the calls; where that could not be told, it is taken to be open. */
  readonly decision: Decision;
  /** A call that is decided so; null where it could not be found within the budget (`why`). */
  readonly example: Call | null;
  readonly why: string | null;
  /** Where the policy speaks of the tool; empty where it does not. */
  readonly places: readonly Place[];
}

/** One side of a tool's judgement, among the calls that are asked about. */
interface Option {
  readonly decision: Decision;
  readonly sides: RegionSides;
}

/**
 * For each table, how openly it decides on calls of the tool whose arguments are as asked: what the agent
 * can get at all. Rate limits and protected paths are left out: they refuse calls, never permit one.
 * @throws AnalysisError `bad-pattern` where a constraint is no pattern, `bad-question` where one argument
 *   is constrained twice, `bad-table` for a damaged table.
 */
export function whoCan(
  tables: readonly DecisionTable[],
  tool: string,
  constraints: readonly ArgumentConstraint[] = [],
  budget: Partial<AnalysisBudget> = {},
): readonly Capability[] {
  const store = createLanguageStore(budget);
  const asked = collectConstraints(constraints);
  return tables.map((table): Capability => {
    const judged = judgeTable(table);
    const judgement = judgeTool(judged, tool);
    const entry = judged.tools.get(normalizeName(tool));
    const cells = listCells(asked, judgement.passing);
    const about = { policy: table.policy.name, places: placeEntry(table, entry) };
    const inside: Option = { decision: judgement.inside, sides: ['in', 'in'] };
    const outside: Option = { decision: judgement.outside, sides: ['in', 'out'] };
    const isUsual = compareDecisions(inside.decision, outside.decision) >= 0;
    for (const { decision, sides } of isUsual ? [inside, outside] : [outside, inside]) {
      const region = findRegion(store, cells, sides);
      if (region.kind === 'empty') continue;
      if (region.kind === 'unknown') return { ...about, decision, example: null, why: region.why };
      const [first] = listExamples(
        store,
        spellTool(entry, normalizeName(tool)),
        cells,
        region.plans,
        avoidProtectedPaths([table]),
      );
      return { ...about, decision, example: first?.call ?? null, why: null };
    }
    // What is asked for contradicts itself: there is no such call.
    return { ...about, decision: 'block', example: null, why: 'no call has such arguments' };
  });
}

function placeEntry(table: DecisionTable, entry: TableTool | undefined): readonly Place[] {
  return placeTool(createFinder(table), entry, { kind: 'decision' });
}

/** The calls that are asked about. */
function collectConstraints(constraints: readonly ArgumentConstraint[]): CallSet {
  const named = new Map<string, Slot>();
  for (const constraint of constraints) {
    if (named.has(constraint.name))
      throw new AnalysisError('bad-question', `the argument \`${constraint.name}\` is constrained twice`);
    const source = 'value' in constraint ? `\\A${spellLiteral(constraint.value)}\\z` : constraint.pattern;
    named.set(constraint.name, { kind: 'pattern', source });
  }
  return { ...EVERY_CALL, named };
}
