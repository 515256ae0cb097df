import type { LanguageStore } from '../languages/language-store.ts';
import { type Cell, type CellAnswer, type Sides, solveCell } from './cells.ts';

/** A call of a region: one answer for each cell, and the cells that put it there. */
export interface Plan {
  readonly answers: readonly CellAnswer[];
  /** Indexes of the cells without which the call would not be in the region. */
  readonly focus: readonly number[];
}

/**
 * The calls on the wanted sides of two products of cells: examples (the shortest first), a proof that there
 * are none, or neither.
 */
export type Region =
  | { readonly kind: 'found'; readonly plans: readonly Plan[] }
  | { readonly kind: 'empty' }
  | { readonly kind: 'unknown'; readonly why: string };

/** Which side of each set of calls the region is on. */
export type RegionSides = readonly [a: 'in' | 'out', b: 'in' | 'out'];

/**
 * Decides whether two products have calls on the given sides of each. Being outside a product takes only
 * one cell; so a region is the union, over that cell (or two cells, outside of both), of products, and each
 * of these is empty exactly where one of its cells is.
 */
export function findRegion(store: LanguageStore, cells: readonly Cell[], sides: RegionSides): Region {
  const search = new RegionSearch(store, cells, sides);
  return search.run();
}

class RegionSearch {
  private readonly store: LanguageStore;
  private readonly cells: readonly Cell[];
  private readonly sides: RegionSides;
  private readonly bases = new Map<Cell, CellAnswer>();
  private why: string | undefined;

  constructor(store: LanguageStore, cells: readonly Cell[], sides: RegionSides) {
    this.store = store;
    this.cells = cells;
    this.sides = sides;
  }

  run(): Region {
    const plans = [...this.listPlans()].sort((x, y) => measure(x) - measure(y));
    if (plans.length > 0) return { kind: 'found', plans };
    return this.why === undefined ? { kind: 'empty' } : { kind: 'unknown', why: this.why };
  }

  private *listPlans(): Generator<Plan> {
    if (this.sides[0] === 'in' && this.sides[1] === 'in') {
      yield* this.check(new Map());
      return;
    }
    let isFound = false;
    for (const [index, cell] of this.cells.entries()) {
      const answer = solveCell(this.store, cell, this.sides);
      for (const plan of this.check(new Map([[index, answer]]))) {
        isFound = true;
        yield plan;
      }
    }
    if (!isFound && this.sides[0] === 'out' && this.sides[1] === 'out') yield* this.listPairs();
  }

  /** Outside of both, each by a cell of its own. One pair suffices. */
  private *listPairs(): Generator<Plan> {
    const outsideA = this.cells.map((cell) => solveCell(this.store, cell, ['out', 'any']));
    const outsideB = this.cells.map((cell) => solveCell(this.store, cell, ['any', 'out']));
    for (const [i, a] of outsideA.entries()) {
      if (a.kind === 'none') continue;
      for (const [j, b] of outsideB.entries()) {
        if (i === j) continue;
        for (const plan of this.check(
          new Map([
            [i, a],
            [j, b],
          ]),
        )) {
          yield plan;
          return;
        }
      }
    }
  }

  /** The plan with these cells in focus, unless a cell has no answer; notes where that is not known. */
  private *check(focus: ReadonlyMap<number, CellAnswer>): Generator<Plan> {
    // The cells in focus first: mostly they have no answer, and then no other cell matters.
    if ([...focus.values()].some((answer) => answer.kind === 'none')) return;
    const answers = this.cells.map((cell, index) => focus.get(index) ?? this.solveBase(cell));
    if (answers.some((answer) => answer.kind === 'none')) return;
    const unknown = answers.find((answer) => answer.kind === 'unknown');
    if (unknown === undefined) yield { answers, focus: [...focus.keys()] };
    else this.why ??= unknown.why;
  }

  /** What a cell out of focus is: within what must be within, and the same for both where that can be. */
  private solveBase(cell: Cell): CellAnswer {
    const known = this.bases.get(cell);
    if (known !== undefined) return known;
    const [a, b] = this.sides;
    const needed: Sides = [a === 'in' ? 'in' : 'any', b === 'in' ? 'in' : 'any'];
    const inBoth = a === b ? undefined : solveCell(this.store, cell, ['in', 'in']);
    const answer =
      inBoth?.kind === 'absent' || inBoth?.kind === 'text' ? inBoth : solveCell(this.store, cell, needed);
    this.bases.set(cell, answer);
    return answer;
  }
}

/** How long the call is to read. */
function measure({ answers }: Plan): number {
  return answers.reduce((sum, answer) => sum + (answer.kind === 'text' ? answer.text.length + 4 : 0), 0);
}
