import { widthAt } from './alphabet.ts';
import { LEAP, NEAR } from './leap.ts';
import { SIDE } from './looks.ts';
import { canRestart, Walker } from './nfa-walk.ts';
import { HIT, StateIndex, type StateSet, type Subset } from './subset.ts';

const MAX_STATES = 10_000;
const MAX_BYTES = 8 << 20;
const MAX_CELLS = MAX_BYTES / 4;
/** Fewer characters than this for each state made mean that keeping states does not pay. */
const WORTH = 10;

/** How a scan ended: at a hit, where no match is possible any more, or at the end of its stretch. */
export type ScanEnd = 'hit' | 'dead' | 'end';

/** A place to go on from: a state, numbered or not. */
export type ScanState = number | StateSet;

const UNKNOWN = 0;
/** Rows of the table that stand for no state. */
const HIT_ROW = 1;
const DEAD_ROW = 2;
const FIRST_ROW = 3;

/** How many entries of a row are for single characters. */
const ASCII = 128;

/**
 * An automaton that is built while it runs. Its states are kept in a table of bounded size; when the table
 * is full it is emptied, and where that happens too often the rest of the text is read without keeping
 * states. Time is linear in the text in every case.
 */
export class LazyDfa {
  /**
   * Where the last scan ended: behind the character that decided it, but before one that made a match
   * impossible.
   */
  position = 0;
  /** The state at the end of a scan that ended with `end`. */
  state: ScanState = 0;
  private readonly subset: Subset;
  /** A row has an entry for each ASCII character, so that most texts are read without their classes, then one a class. */
  private readonly width: number;
  /** The ASCII characters of each class. */
  private readonly members: readonly (readonly number[])[];
  private readonly index = new StateIndex();
  private readonly restarts: boolean;
  private cells: Int32Array;
  private begun: (ScanState | typeof HIT | undefined)[] = [];
  private anywhere: (ScanState | undefined)[] = [];
  private lastFlush = 0;
  private skimmed = 0;

  constructor(subset: Subset) {
    const { alphabet } = subset.nfa;
    this.subset = subset;
    this.width = ASCII + alphabet.size;
    const members: number[][] = Array.from({ length: alphabet.size }, () => []);
    alphabet.ascii.forEach((cls, unit) => {
      members[cls]?.push(unit);
    });
    this.members = members;
    this.cells = new Int32Array((FIRST_ROW + 8) * this.width);
    this.restarts = subset.starts.some((start) => canRestart(new Walker(subset.nfa), start));
  }

  /** How many states are kept. */
  get states(): number {
    return this.index.size;
  }

  /** Bytes that the states and their table take, about: at most 8 MiB are in use, and as many again set aside. */
  get bytes(): number {
    return this.index.bytes + this.cells.byteLength;
  }

  /**
   * The state where reading starts after a character of kind `side`, or `HIT` where nothing needs to be
   * read.
   */
  begin(side: number): ScanState | typeof HIT {
    const known = this.begun[side];
    if (known !== undefined) return known;
    const state = this.subset.begin(side);
    const made = state === HIT ? HIT : this.number(state);
    this.begun[side] = made;
    return made;
  }

  /** The state of not knowing what came before, after a character of kind `side`. */
  beginAnywhere(side: number): ScanState {
    const known = this.anywhere[side];
    if (known !== undefined) return known;
    const made = this.number(this.subset.beginAnywhere(side));
    this.anywhere[side] = made;
    return made;
  }

  /** Reads from `from` to `to`; both are between characters. */
  scan(text: string, from: number, to: number, start: ScanState): ScanEnd {
    this.lastFlush = from;
    if (typeof start !== 'number') return this.scanSlowly(text, from, to, start);
    const { width } = this;
    const { alphabet } = this.subset.nfa;
    const special = FIRST_ROW * width;
    let { cells } = this;
    let state = start;
    let i = from;
    let single = from + NEAR;
    for (;;) {
      if (i >= single) {
        i = LEAP.run(text, i, to, state, { cells, limit: special });
        state = LEAP.state;
        single = LEAP.next;
      }
      i = this.skim(text, i, Math.min(to, single), state);
      state = this.skimmed;
      if (i >= to) break;
      if (i >= single) continue;
      const next = i + widthAt(text, i);
      const cls = alphabet.classAt(text, i);
      let target = cells[state + ASCII + cls] ?? 0;
      if (target === UNKNOWN) {
        const made = this.extend(state, cls, next);
        if (typeof made !== 'number') return this.scanSlowly(text, next, to, made);
        target = made;
        cells = this.cells;
      }
      if (target < special) {
        this.position = target === HIT_ROW * width ? next : i;
        return target === HIT_ROW * width ? 'hit' : 'dead';
      }
      state = target;
      i = next;
    }
    this.position = to;
    this.state = state;
    return 'end';
  }

  /**
   * Reads on while there are ASCII characters and known states only, two at a time. Returns where that ends,
   * and leaves the state there in `skimmed`. A function of its own, because a small loop is a fast one.
   */
  private skim(text: string, from: number, to: number, first: number): number {
    const { cells } = this;
    const special = FIRST_ROW * this.width;
    const last = to - 1;
    let state = first;
    let i = from;
    while (i < last) {
      const unit = text.charCodeAt(i);
      const next = text.charCodeAt(i + 1);
      if ((unit | next) > 127) break;
      // Rows that stand for no state lead to none: it is enough to look at the second target.
      const target = cells[(cells[state + unit] ?? 0) + next] ?? 0;
      if (target < special) break;
      state = target;
      i += 2;
    }
    this.skimmed = state;
    return i;
  }

  /** Whether a match ends at the end of the text, after a scan that ended with `end`. */
  acceptsAtEnd(): boolean {
    const { state } = this;
    return this.subset.acceptsAtEnd(typeof state === 'number' ? this.setOf(state) : state);
  }

  /** Whether the pattern matches anywhere in the text. */
  test(text: string): boolean {
    const start = this.begin(SIDE.edge);
    if (start === HIT) return true;
    const end = this.scan(text, 0, text.length, start);
    return end === 'hit' || (end === 'end' && this.acceptsAtEnd());
  }

  /** See `LoadedProgram`. */
  longestViablePrefix(text: string): number {
    const start = this.begin(SIDE.edge);
    if (start === HIT) return text.length;
    return this.scan(text, 0, text.length, start) === 'dead' ? this.position : text.length;
  }

  private setOf(state: number): StateSet {
    return this.index.get(state / this.width - FIRST_ROW);
  }

  /**
   * Computes and keeps what follows a state. Returns the state itself, unnumbered, where keeping it does
   * not pay.
   */
  private extend(state: number, cls: number, position: number): number | StateSet {
    const { width } = this;
    const made = this.subset.step(this.setOf(state), cls);
    if (made === HIT) return this.keep(state, cls, HIT_ROW * width);
    if (made.length === 1 && !this.restarts) return this.keep(state, cls, DEAD_ROW * width);
    if (this.isFull(made)) {
      const pays = position - this.lastFlush >= WORTH * this.index.size;
      this.flush(position);
      return pays ? this.number(made) : made;
    }
    return this.keep(state, cls, this.number(made));
  }

  private keep(state: number, cls: number, target: number): number {
    this.cells[state + ASCII + cls] = target;
    for (const unit of this.members[cls] ?? []) this.cells[state + unit] = target;
    return target;
  }

  private isFull(made: StateSet): boolean {
    const { size, bytes } = this.index;
    return size >= MAX_STATES || bytes + made.length * 8 + (size + FIRST_ROW) * this.width * 4 > MAX_BYTES;
  }

  private flush(position: number): void {
    this.index.clear();
    this.begun = [];
    this.anywhere = [];
    this.cells.fill(UNKNOWN);
    this.lastFlush = position;
  }

  private number(state: StateSet): number {
    const row = (this.index.add(state) + FIRST_ROW) * this.width;
    if (row + this.width > this.cells.length) {
      const grown = new Int32Array(Math.max(row + this.width, Math.min(2 * this.cells.length, MAX_CELLS)));
      grown.set(this.cells);
      this.cells = grown;
    }
    return row;
  }

  /** Reads without keeping states. */
  private scanSlowly(text: string, from: number, to: number, start: StateSet): ScanEnd {
    const { alphabet } = this.subset.nfa;
    let state = start;
    for (let i = from; i < to; ) {
      const next = i + widthAt(text, i);
      const made = this.subset.step(state, alphabet.classAt(text, i));
      if (made === HIT) {
        this.position = next;
        return 'hit';
      }
      if (made.length === 1 && !this.restarts) {
        this.position = i;
        return 'dead';
      }
      state = made;
      i = next;
    }
    this.position = to;
    this.state = state;
    return 'end';
  }
}
