import { normalizeName, type TableTool } from '@agentpolicy/core';
import type { LanguageStore } from '../languages/language-store.ts';
import type { Cell, CellAnswer } from './cells.ts';
import type { Plan } from './find-region.ts';

/** A tool call as a client would send it: the `params` of a `tools/call`. Every value is a string. */
export interface Call {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, string>>;
}

/** Patterns that an example should not match, in the order in which they are tried. */
export type Taste = readonly (readonly string[])[];

/** So many ways to show one difference are tried before one is reported without confirmation. */
const MAX_CANDIDATES = 24;
const MAX_PLANS = 6;

/** An example and the cells that make it one. */
export interface Example {
  readonly call: Call;
  /** Names of the arguments that make the difference; null for one that no rule names. */
  readonly focus: readonly (string | null)[];
}

/** Calls that are in a region, the most readable first. */
export function* listExamples(
  store: LanguageStore,
  tool: string,
  cells: readonly Cell[],
  plans: readonly Plan[],
  taste: Taste,
): Generator<Example> {
  const other = nameOther(cells);
  const seen = new Set<string>();
  for (const avoided of [...taste, []]) {
    for (const plan of plans.slice(0, MAX_PLANS)) {
      if (seen.size >= MAX_CANDIDATES) return;
      const texts = plan.answers.map((answer) => spell(store, answer, avoided));
      const pairs = cells.flatMap(({ argument }, index) => {
        const text = texts[index];
        return text === undefined || text === null ? [] : [[argument ?? other, text] as const];
      });
      const call: Call = { tool, arguments: Object.fromEntries(pairs) };
      const key = JSON.stringify(call);
      if (seen.has(key)) continue;
      seen.add(key);
      yield { call, focus: plan.focus.map((index) => cells[index]?.argument ?? null) };
    }
  }
}

/**
 * The text that the answer stands for, without what is avoided where there is such a text; null where the
 * argument is absent.
 */
function spell(store: LanguageStore, answer: CellAnswer, avoided: readonly string[]): string | null {
  if (answer.kind !== 'text') return null;
  const { query, text } = answer;
  if (avoided.every((source) => store.has(source, text) === false)) return text;
  const found = store.find({ in: query.in, notIn: [...query.notIn, ...avoided] });
  return found.kind === 'found' ? found.text : text;
}

/** The name as a server would list it: the policy's spelling, unless it holds what the normal form drops. */
export function spellTool(entry: TableTool | undefined, tool: string): string {
  return entry !== undefined && entry.display.toLowerCase() === tool ? entry.display : tool;
}

/** A name for an argument that no rule names, nor anything that some reader could take for such a name. */
export function nameOther(cells: readonly Cell[]): string {
  const taken = new Set(cells.map(({ argument }) => (argument === null ? '' : normalizeName(argument))));
  let name = 'extra';
  for (let count = 2; taken.has(name); count++) name = `extra${count}`;
  return name;
}
