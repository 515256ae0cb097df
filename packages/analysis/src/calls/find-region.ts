import type { LanguageStore } from '../languages/language-store.ts';
import { type Cell, type CellAnswer, type Sides, solveCell } from './cells.ts';

/** A call of a region: one answer for each cell, and the cells that put it there. */
export interface Plan {
  readonly answers: readonly CellAnswer[];
  /** Indexes of the cells without which the call would not be in the region. */
  readonly focus: readonly number[];
}

/** The calls on the wanted sides of two products of cells: examples (the shortest first), a proof that there are none, or neither. */
export type Region =
  | { readonly kind: 'found'; readonly plans: readonly Plan[] }
  | { readonly kind: 'empty' }
  | { readonly kind: 'unknown'; readonly why: string };

/** Which side of each set of calls the region is on. */
export type RegionSides = readonly [a: 'in' | 'out', b: 'in' | 'out'];

/**
 * Decides whether two products have calls on the given sides of each. Being outside a product takes only one cell; so a region is the union, over that cell
 * (or two cells, outside of both), of products, and each of these is empty exactly where one of its cells is.
 */
export function findRegion(store: LanguageStore, cells: readonly Cell[], sides: RegionSides): Region {
  const search = new RegionSearch(store, cells, sides);
  return search.run();
}

class RegionSearch {
  private readonly store: LanguageStore;
  private readonly cells: readonly Cell[];
  private readonly sides: RegionSides;
  /** What the cells that don't matter are: within what must be within, and the same for both where that can be. */
  private readonly base: readonly CellAnswer[];
  private why: string | undefined;

  constructor(store: LanguageStore, cells: readonly Cell[], sides: RegionSides) {
    this.store = store;
    this.cells = cells;
    this.sides = sides;
    this.base = cells.map((cell) => this.solveBase(cell));
  }

  run(): Region {
    if (this.base.some((answer) => answer.kind === 'none')) return { kind: 'empty' };
    const plans = [...this.listPlans()].sort((x, y) => measure(x) - measure(y));
    if (plans.length > 0) return { kind: 'found', plans };
    return this.why === undefined ? { kind: 'empty' } : { kind: 'unknown', why: this.why };
  }

  private solveBase(cell: Cell): CellAnswer {
    const [a, b] = this.sides;
    const needed: Sides = [a === 'in' ? 'in' : 'any', b === 'in' ? 'in' : 'any'];
    if (a === b) return solveCell(this.store, cell, needed);
    const inBoth = solveCell(this.store, cell, ['in', 'in']);
    return inBoth.kind === 'absent' || inBoth.kind === 'text' ? inBoth : solveCell(this.store, cell, needed);
  }

  private *listPlans(): Generator<Plan> {
    if (this.sides[0] === 'in' && this.sides[1] === 'in') {
      yield* this.check(this.base, []);
      return;
    }
    let isFound = false;
    for (const [index, cell] of this.cells.entries()) {
      for (const plan of this.check(this.replace([[index, solveCell(this.store, cell, this.sides)]]), [
        index,
      ])) {
        isFound = true;
        yield plan;
      }
    }
    if (!isFound && this.sides[0] === 'out' && this.sides[1] === 'out') yield* this.listPairs();
  }

  /** Outside of both, each by a cell of its own. The first pair of each cell suffices. */
  private *listPairs(): Generator<Plan> {
    const outsideA = this.cells.map((cell) => solveCell(this.store, cell, ['out', 'any']));
    const outsideB = this.cells.map((cell) => solveCell(this.store, cell, ['any', 'out']));
    for (const [i, a] of outsideA.entries()) {
      if (a.kind === 'none') continue;
      for (const [j, b] of outsideB.entries()) {
        if (i === j || b.kind === 'none') continue;
        const made = [
          ...this.check(
            this.replace([
              [i, a],
              [j, b],
            ]),
            [i, j],
          ),
        ];
        yield* made;
        if (made.length > 0) return;
      }
    }
  }

  private replace(changes: readonly (readonly [number, CellAnswer])[]): readonly CellAnswer[] {
    return changes.reduce((answers, [index, answer]) => answers.with(index, answer), this.base);
  }

  /** The plan, unless one of its cells has no answer; notes where that is not known. */
  private *check(answers: readonly CellAnswer[], focus: readonly number[]): Generator<Plan> {
    if (answers.some((answer) => answer.kind === 'none')) return;
    const unknown = answers.find((answer) => answer.kind === 'unknown');
    if (unknown === undefined) yield { answers, focus };
    else this.why ??= unknown.why;
  }
}

/** How long the call is to read. */
function measure({ answers }: Plan): number {
  return answers.reduce((sum, answer) => sum + (answer.kind === 'text' ? answer.text.length + 4 : 0), 0);
}
