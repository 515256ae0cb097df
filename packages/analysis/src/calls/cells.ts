import type { LanguageStore, TextQuery } from '../languages/language-store.ts';
import { type CallSet, type Slot, slotOf } from './call-set.ts';

/** Which side of a set of calls a value must be on. */
export type Side = 'in' | 'out' | 'any';

export type Sides = readonly [a: Side, b: Side];

/** One argument as two sets of calls see it; `argument` is null for all those that neither names. */
export interface Cell {
  readonly argument: string | null;
  readonly a: Slot;
  readonly b: Slot;
}

/**
 * A value of one argument on the wanted sides: that it is absent, a text, that there is none, or that it is
 * not known.
 */
export type CellAnswer =
  | { readonly kind: 'absent' }
  | { readonly kind: 'text'; readonly text: string; readonly query: TextQuery }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown'; readonly why: string };

/** Each argument that one of the sets names, those of `a` first, and the rest as one. */
export function listCells(a: CallSet, b: CallSet): readonly Cell[] {
  const names = new Set([...a.named.keys(), ...b.named.keys()]);
  return [
    ...[...names].map((argument) => ({ argument, a: slotOf(a, argument), b: slotOf(b, argument) })),
    { argument: null, a: a.other, b: b.other },
  ];
}

/** Whether an argument that is not there is on this side of the slot. */
function admitsAbsence(slot: Slot, side: Side): boolean {
  return side === 'any' || (slot.kind !== 'pattern') === (side === 'in');
}

/** Adds what the slot demands of a text on this side; false where no text is on it. */
function demand(slot: Slot, side: Side, wanted: string[], unwanted: string[]): boolean {
  if (side === 'any') return true;
  if (slot.kind === 'pattern') {
    (side === 'in' ? wanted : unwanted).push(slot.source);
    return true;
  }
  return (slot.kind === 'free') === (side === 'in');
}

/** A value of the argument on the wanted sides, absence first. */
export function solveCell(store: LanguageStore, cell: Cell, [a, b]: Sides): CellAnswer {
  if (admitsAbsence(cell.a, a) && admitsAbsence(cell.b, b)) return { kind: 'absent' };
  const wanted: string[] = [];
  const unwanted: string[] = [];
  if (!demand(cell.a, a, wanted, unwanted) || !demand(cell.b, b, wanted, unwanted)) return { kind: 'none' };
  const query = { in: [...new Set(wanted)], notIn: [...new Set(unwanted)] };
  if (query.in.some((source) => query.notIn.includes(source))) return { kind: 'none' };
  // Any text will do: a letter reads better than the empty text.
  if (query.in.length + query.notIn.length === 0) return { kind: 'text', text: 'x', query };
  const found = store.find(query);
  switch (found.kind) {
    case 'found':
      return { kind: 'text', text: found.text, query };
    case 'none':
      return { kind: 'none' };
    case 'unknown':
      return { kind: 'unknown', why: found.why };
  }
}
