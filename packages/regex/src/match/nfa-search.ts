import { widthAt } from './alphabet.ts';
import { looksBetween, SIDE } from './looks.ts';
import { type Nfa, OP } from './nfa.ts';
import { canRestart, Walker } from './nfa-walk.ts';

export interface SearchResult {
  readonly matched: boolean;
  /** How far the text was read while a match was still possible. */
  readonly viable: number;
}

/**
 * Simulates an NFA: whether it matches anywhere in the text. Time is the product of text and program at
 * worst, memory is the program's.
 */
export class NfaSearch {
  private readonly nfa: Nfa;
  private readonly walker: Walker;
  private readonly sides: Uint8Array;
  private readonly restart: boolean;
  private readonly found: Int32Array;

  constructor(nfa: Nfa) {
    this.nfa = nfa;
    this.walker = new Walker(nfa);
    this.sides = nfa.alphabet.sides(nfa.looks);
    this.restart = canRestart(this.walker, nfa.start);
    this.found = new Int32Array(nfa.ops.length);
  }

  search(text: string): SearchResult {
    const { nfa, walker, found, sides, restart } = this;
    const { alphabet, ops, arg, out, sets } = nfa;
    let roots = new Int32Array(nfa.ops.length);
    let next = new Int32Array(nfa.ops.length);
    let rootCount = 0;
    let before: number = SIDE.edge;
    for (let i = 0; ; ) {
      const atEnd = i >= text.length;
      const cls = atEnd ? 0 : alphabet.classAt(text, i);
      const after = atEnd ? SIDE.edge : (sides[cls] ?? SIDE.other);
      const holding = looksBetween(before, after);
      walker.reset();
      let count = 0;
      for (let r = 0; r < rootCount; r++) count = walker.follow(roots[r] ?? 0, holding, 0, found, count);
      count = walker.follow(nfa.start, holding, 0, found, count);
      let nextCount = 0;
      for (let f = 0; f < count; f++) {
        const pc = found[f] ?? 0;
        if (ops[pc] === OP.match) return { matched: true, viable: text.length };
        if (!atEnd && sets[arg[pc] ?? 0]?.[cls] === 1) next[nextCount++] = out[pc] ?? 0;
      }
      if (atEnd) return { matched: false, viable: text.length };
      if (nextCount === 0 && !restart) return { matched: false, viable: i };
      [roots, next] = [next, roots];
      rootCount = nextCount;
      before = after;
      i += widthAt(text, i);
    }
  }
}
