import { widthBefore } from './alphabet.ts';
import { looksBetween, SIDE, SIDES } from './looks.ts';
import { type Nfa, OP } from './nfa.ts';
import { Walker } from './nfa-walk.ts';

/**
 * What the rest of the text allows at one position: which `char` instructions can consume the next
 * character and still reach a match, and what that character is as a neighbour.
 */
export interface BackwardState {
  readonly viable: Uint32Array;
  readonly side: number;
  /** The state before one more character, by its class. */
  previous: (BackwardState | undefined)[];
  /** Answers of `choose` so far, by instruction and side. */
  choices: Map<number, number>;
}

/** `choose` found a match that ends here. */
export const MATCHED = -1;
/** `choose` found no way to a match. */
export const STUCK = -2;

const MAX_STATES = 10_000;
const MAX_BYTES = 8 << 20;

/**
 * A lazily built automaton that reads a text from its end. Its states tell a forward walk which of its ways
 * will succeed, so that the walk never has to look ahead nor to come back: all matches of a text are found
 * in time linear in the text.
 */
export class Backward {
  readonly nfa: Nfa;
  readonly sides: Uint8Array;
  private readonly walker: Walker;
  private readonly found: Int32Array;
  private readonly charIndex: Int32Array;
  private readonly chars: Int32Array;
  private readonly enteredBy: readonly (readonly number[])[];
  private readonly matches: readonly number[];
  private readonly reached: Uint8Array;
  private readonly maxStates: number;
  private states: BackwardState[] = [];
  private buckets = new Map<number, BackwardState[]>();

  /** Keeps at most `maxStates` states, fewer where they are large. */
  constructor(nfa: Nfa, maxStates: number = MAX_STATES) {
    this.nfa = nfa;
    this.sides = nfa.alphabet.sides(nfa.looks);
    this.walker = new Walker(nfa);
    this.found = new Int32Array(nfa.ops.length);
    const chars: number[] = [];
    const matches: number[] = [];
    const enteredBy: number[][] = Array.from(nfa.ops, () => []);
    nfa.ops.forEach((op, pc) => {
      if (op === OP.char) chars.push(pc);
      if (op === OP.match) matches.push(pc);
      if (op === OP.split || op === OP.look) enteredBy[nfa.out[pc] ?? 0]?.push(pc);
      if (op === OP.split) enteredBy[nfa.arg[pc] ?? 0]?.push(pc);
    });
    this.chars = Int32Array.from(chars);
    this.charIndex = new Int32Array(nfa.ops.length).fill(-1);
    chars.forEach((pc, index) => {
      this.charIndex[pc] = index;
    });
    this.matches = matches;
    this.enteredBy = enteredBy;
    this.reached = new Uint8Array(nfa.ops.length);
    const stateBytes = 4 * Math.ceil(chars.length / 32) + 8 * nfa.alphabet.size + 200;
    this.maxStates = Math.max(2, Math.min(maxStates, Math.floor(MAX_BYTES / stateBytes)));
  }

  /** The state where nothing more is read; `side` is what stands there. */
  begin(side: number): BackwardState {
    return this.intern(new Uint32Array(Math.ceil(this.chars.length / 32)), side);
  }

  /** The state at the end of `text.slice(0, end)`, for matches that end there at the latest. */
  beginAt(text: string, end: number): BackwardState {
    if (end >= text.length) return this.begin(SIDE.edge);
    return this.begin(this.sides[this.nfa.alphabet.classAt(text, end)] ?? SIDE.other);
  }

  /** The state before a character of class `cls`. */
  step(state: BackwardState, cls: number): BackwardState {
    const known = state.previous[cls];
    if (known !== undefined) return known;
    const made = this.makeStep(state, cls);
    // A flush inside may have cut this state off; its link stays right nevertheless.
    state.previous[cls] = made;
    return made;
  }

  /** Reads one character backwards; `end` is where it ends. */
  stepAt(state: BackwardState, text: string, end: number): BackwardState {
    return this.step(state, this.nfa.alphabet.classAt(text, end - widthBefore(text, end)));
  }

  private makeStep(state: BackwardState, cls: number): BackwardState {
    const { nfa, chars, reached } = this;
    const { arg, out, sets } = nfa;
    const side = this.sides[cls] ?? SIDE.other;
    this.spread(state, looksBetween(side, state.side));
    const viable = new Uint32Array(state.viable.length);
    for (let index = 0; index < chars.length; index++) {
      const pc = chars[index] ?? 0;
      if (reached[out[pc] ?? 0] === 1 && sets[arg[pc] ?? 0]?.[cls] === 1) {
        const word = index >> 5;
        viable[word] = (viable[word] ?? 0) | (1 << (index & 31));
      }
    }
    return this.intern(viable, side);
  }

  /** Marks in `reached` every instruction from which empty moves lead to a match or a viable character. */
  private spread(state: BackwardState, holding: number): void {
    const { nfa, reached, chars, enteredBy } = this;
    reached.fill(0);
    const queue: number[] = [];
    for (const pc of this.matches) queue.push(pc);
    for (let index = 0; index < chars.length; index++) {
      if (isViable(state, index)) queue.push(chars[index] ?? 0);
    }
    for (const pc of queue) reached[pc] = 1;
    for (let pc = queue.pop(); pc !== undefined; pc = queue.pop()) {
      for (const from of enteredBy[pc] ?? []) {
        if (reached[from] === 1) continue;
        const looks = nfa.ops[from] === OP.look ? (nfa.arg[from] ?? 0) : 0;
        if ((looks & holding) !== looks) continue;
        reached[from] = 1;
        queue.push(from);
      }
    }
  }

  /**
   * The `char` instruction that the most preferred successful way from `pc` consumes next, or `MATCHED`
   * where that way ends here, or `STUCK`. `before` is the side of the character before.
   */
  choose(state: BackwardState, pc: number, before: number): number {
    const key = pc * SIDES + before;
    const known = state.choices.get(key);
    if (known !== undefined) return known;
    const { walker, found, nfa, charIndex } = this;
    walker.reset();
    const count = walker.follow(pc, looksBetween(before, state.side), 0, found, 0);
    let choice = STUCK;
    for (let f = 0; f < count; f++) {
      const target = found[f] ?? 0;
      if (nfa.ops[target] === OP.match) {
        choice = MATCHED;
        break;
      }
      if (isViable(state, charIndex[target] ?? 0)) {
        choice = target;
        break;
      }
    }
    state.choices.set(key, choice);
    return choice;
  }

  private intern(viable: Uint32Array, side: number): BackwardState {
    let hash = side;
    for (const word of viable) hash = Math.imul(hash ^ word, 0x01000193) + 0x9e3779b9;
    const bucket = this.buckets.get(hash);
    const known = bucket?.find((state) => state.side === side && equalWords(state.viable, viable));
    if (known !== undefined) return known;
    if (this.states.length >= this.maxStates) this.flush();
    const state: BackwardState = { viable, side, previous: [], choices: new Map() };
    this.states.push(state);
    const target = this.buckets.get(hash);
    if (target === undefined) this.buckets.set(hash, [state]);
    else target.push(state);
    return state;
  }

  /** Forgets all states; those in use stay valid, cut off from the others so that they can be collected. */
  private flush(): void {
    for (const state of this.states) {
      state.previous = [];
      state.choices = new Map();
    }
    this.states = [];
    this.buckets = new Map();
  }
}

function isViable(state: BackwardState, index: number): boolean {
  return (((state.viable[index >> 5] ?? 0) >>> (index & 31)) & 1) === 1;
}

function equalWords(a: Uint32Array, b: Uint32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
