import { type DecisionTable, normalizeName } from '@agentpolicy/core';
import { AnalysisError } from '../analysis-error.ts';
import { slotOf } from '../calls/call-set.ts';
import { listCells } from '../calls/cells.ts';
import type { Decision } from '../calls/decision.ts';
import { judgeTable, judgeTool } from '../calls/judged-table.ts';
import { type Call, nameOther, spellTool } from '../calls/witness.ts';
import type { AnalysisBudget } from '../languages/budget.ts';
import { createLanguageStore, type LanguageStore } from '../languages/language-store.ts';
import { spellLiteral } from '../languages/literal.ts';

/** A call that just fails, and what of it is wrong. */
export interface NearMiss {
  readonly call: Call;
  readonly decision: Decision;
  readonly argument: string;
  readonly problem: 'missing' | 'mismatch' | 'undeclared';
}

export interface CallSamples {
  /** How calls whose arguments pass are decided. */
  readonly decision: Decision;
  /** Distinct calls whose arguments pass, short ones first; fewer than asked for where there are no more. */
  readonly passing: readonly Call[];
  /** At most as many as asked for; none where nothing about the arguments matters. */
  readonly nearMisses: readonly NearMiss[];
  /** Why no call passes, or none was found; null where some are given. */
  readonly why: string | null;
}

const MAX_SAMPLES = 1000;

/**
 * Example calls of a tool: some whose arguments pass, and some that just fail. The same table gives the
 * same calls. Where the tool is blocked or not named, no argument helps: then only one call is given, with
 * that decision.
 * @throws AnalysisError `bad-question` where `count` is not a whole number from 1 to 1000, `bad-pattern` or
 *   `bad-table`.
 */
export function sampleCalls(
  table: DecisionTable,
  tool: string,
  count: number,
  budget: Partial<AnalysisBudget> = {},
): CallSamples {
  if (!Number.isInteger(count) || count < 1 || count > MAX_SAMPLES)
    throw new AnalysisError(
      'bad-question',
      `the number of samples is not a whole number from 1 to ${MAX_SAMPLES}`,
    );
  const judged = judgeTable(table);
  const { passing, inside, outside } = judgeTool(judged, tool);
  const store = createLanguageStore(budget);
  const name = normalizeName(tool);
  const spelling = spellTool(judged.tools.get(name), name);
  const call = (texts: ReadonlyMap<string, string>): Call => ({
    tool: spelling,
    arguments: Object.fromEntries(texts),
  });
  const named = [...passing.named].flatMap(([argument, slot]) =>
    slot.kind === 'pattern' ? [{ argument, source: slot.source }] : [],
  );
  const columns = named.map(({ argument, source }) => ({ argument, texts: listTexts(store, source, count) }));
  const rows = combineColumns(columns, named.length === 0 ? 1 : count);
  const [base] = rows;
  if (base === undefined)
    return { decision: inside, passing: [], nearMisses: [], why: explainNone(store, named) };
  const misses: NearMiss[] = [];
  const note = (argument: string, problem: NearMiss['problem'], texts: ReadonlyMap<string, string>): void => {
    misses.push({ call: call(texts), decision: outside, argument, problem });
  };
  for (const { argument, source } of named) {
    const miss = store.nearMiss(source);
    if (miss !== undefined) note(argument, 'mismatch', new Map(base).set(argument, miss));
  }
  for (const { argument } of named) {
    note(argument, 'missing', new Map([...base].filter(([key]) => key !== argument)));
  }
  const other = nameOther(listCells(passing, passing));
  if (slotOf(passing, other).kind === 'absent') note(other, 'undeclared', new Map(base).set(other, 'x'));
  return { decision: inside, passing: rows.map(call), nearMisses: misses.slice(0, count), why: null };
}

function explainNone(
  store: LanguageStore,
  named: readonly { readonly argument: string; readonly source: string }[],
): string | null {
  for (const { argument, source } of named) {
    const found = store.find({ in: [source], notIn: [] });
    if (found.kind === 'none') return `the pattern of \`${argument}\` matches no text`;
    if (found.kind === 'unknown') return found.why;
  }
  return null;
}

/**
 * Distinct texts that the pattern matches: a shortest one, then longer ones, each different from those
 * before.
 */
function listTexts(store: LanguageStore, source: string, count: number): readonly string[] {
  const texts: string[] = [];
  const known: string[] = [];
  const add = (wanted: readonly string[]): boolean => {
    const found = store.find({ in: [source, ...wanted], notIn: known });
    if (found.kind !== 'found') return false;
    texts.push(found.text);
    known.push(`\\A${spellLiteral(found.text)}\\z`);
    return true;
  };
  // Each a little longer than the one before: they show more of the pattern than its shortest texts do.
  const shortest = store.find({ in: [source], notIn: [] });
  const length = shortest.kind === 'found' ? [...shortest.text].length : 0;
  for (let step = 0; texts.length < count && step < MAX_STEPS; step++) {
    const least = length + 2 * step;
    if (least > MAX_REPEAT || !add([`(?s)\\A.{${least},}`])) break;
  }
  while (texts.length < count && known.length < MAX_KNOWN && add([])) {
    // The next shortest.
  }
  return texts;
}

/** So often a longer text is asked for. */
const MAX_STEPS = 8;
/** RE2 has no larger repeat count. */
const MAX_REPEAT = 1000;
/** Automata that are kept beside a pattern's to tell the texts that are known. */
const MAX_KNOWN = 24;

/** One row after another, each with the next text of every column; columns that have run out begin again. */
function combineColumns(
  columns: readonly { readonly argument: string; readonly texts: readonly string[] }[],
  count: number,
): readonly ReadonlyMap<string, string>[] {
  if (columns.some(({ texts }) => texts.length === 0)) return [];
  const rows = Math.min(count, Math.max(1, ...columns.map(({ texts }) => texts.length)));
  return Array.from(
    { length: rows },
    (_, index) =>
      new Map(columns.map(({ argument, texts }) => [argument, texts[index % texts.length] ?? ''] as const)),
  );
}
