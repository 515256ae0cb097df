import { type Cell, listCells } from '../calls/cells.ts';
import { compareDecisions, type Decision } from '../calls/decision.ts';
import { findRegion, type Plan, type RegionSides } from '../calls/find-region.ts';
import type { Judgement } from '../calls/judged-table.ts';
import { type Example, listExamples, type Taste } from '../calls/witness.ts';
import type { LanguageStore } from '../languages/language-store.ts';
import type { CallsDifference, Certainty } from './difference.ts';

/** A call and what each policy is said to decide about it. */
export interface Claim {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, string>>;
  readonly from: Decision;
  readonly to: Decision;
}

/** Replays a call through an enforcing engine; false where the engine decides otherwise. */
export type Confirm = (claim: Claim) => boolean;

/** What one question about calls needs. */
export interface CallsContext {
  readonly store: LanguageStore;
  readonly taste: Taste;
  readonly confirm: Confirm | undefined;
}

/** A difference before it is known where the policies speak of it. */
export type BareCallsDifference = Omit<CallsDifference, 'places' | 'policyWide' | 'tool'>;

const SIDES: readonly RegionSides[] = [
  ['in', 'in'],
  ['out', 'in'],
  ['in', 'out'],
  ['out', 'out'],
];

/**
 * The calls that are decided in another way, one example for each way; none where there are no such calls.
 */
export function diffCalls(
  context: CallsContext,
  tool: string,
  old: Judgement,
  next: Judgement,
): readonly BareCallsDifference[] {
  const cells = listCells(old.passing, next.passing);
  const found = new Map<string, BareCallsDifference>();
  for (const sides of SIDES) {
    const from = sides[0] === 'in' ? old.inside : old.outside;
    const to = sides[1] === 'in' ? next.inside : next.outside;
    if (from === to) continue;
    const difference = diffRegion(context, tool, cells, sides, from, to);
    if (difference === undefined) continue;
    const key = `${from} ${to}`;
    const known = found.get(key);
    if (known === undefined || rank(difference) > rank(known)) found.set(key, difference);
  }
  return [...found.values()];
}

/** How well it is shown. */
function rank({ witness, certainty }: BareCallsDifference): number {
  if (witness === null) return 0;
  return certainty === 'unconfirmed' ? 1 : 2;
}

function diffRegion(
  context: CallsContext,
  tool: string,
  cells: readonly Cell[],
  sides: RegionSides,
  from: Decision,
  to: Decision,
): BareCallsDifference | undefined {
  const change = compareDecisions(to, from) > 0 ? 'widened' : 'narrowed';
  const region = findRegion(context.store, cells, sides);
  switch (region.kind) {
    case 'empty':
      return undefined;
    case 'unknown':
      return {
        kind: 'calls',
        change: 'unknown',
        from,
        to,
        witness: null,
        certainty: null,
        focus: [],
        why: region.why,
      };
    case 'found': {
      const { example, certainty } = chooseExample(context, tool, cells, region.plans, from, to);
      const { call, focus } = example;
      return { kind: 'calls', change, from, to, witness: call, certainty, focus, why: null };
    }
  }
}

/** The first example that is confirmed, or the first. */
function chooseExample(
  { store, taste, confirm }: CallsContext,
  tool: string,
  cells: readonly Cell[],
  plans: readonly Plan[],
  from: Decision,
  to: Decision,
): { readonly example: Example; readonly certainty: Certainty } {
  let first: Example | undefined;
  for (const example of listExamples(store, tool, cells, plans, taste)) {
    if (confirm === undefined) return { example, certainty: 'proved' };
    if (confirm({ ...example.call, from, to })) return { example, certainty: 'confirmed' };
    first ??= example;
  }
  return {
    example: first ?? { call: { tool, arguments: {} }, focus: [] },
    certainty: 'unconfirmed',
  };
}
