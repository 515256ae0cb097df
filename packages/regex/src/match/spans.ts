import { widthAt, widthBefore } from './alphabet.ts';
import { Backward, type BackwardState, MATCHED, STUCK } from './backward.ts';
import { SIDE } from './looks.ts';
import type { Nfa } from './nfa.ts';

/** A match: UTF-16 offsets, `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const MIN_BLOCK = 4096;

/**
 * Finds all leftmost-first matches, as RE2's and Go's replace-all take them, in time linear in the text: a
 * backward pass records what can still succeed at each position, and the forward walk follows the most
 * preferred way that does. The record is kept for one block at a time and made again from the state at the
 * block's end, so memory grows with the square root of the text only.
 */
export class SpanFinder {
  private readonly backward: Backward;
  private readonly minBlock: number;

  /** A block has at least `minBlock` UTF-16 units; `maxStates` bounds the automaton of the backward pass. */
  constructor(nfa: Nfa, minBlock: number = MIN_BLOCK, maxStates?: number) {
    this.minBlock = minBlock;
    this.backward = new Backward(nfa, maxStates);
  }

  /**
   * All matches that start at `from` or later. No match may reach beyond `to`; characters outside of the
   * two still count for `^`, `$` and `\b`.
   */
  findAll(text: string, from: number, to: number): Span[] {
    const ends = cutBlocks(text, from, to, this.minBlock);
    const checkpoints = this.readBackwards(text, ends, from);
    const walk = new SpanWalk(this.backward, text, from);
    let start = from;
    for (let b = 0; b < ends.length; b++) {
      const end = ends[b] ?? to;
      const last = checkpoints[b];
      if (last === undefined) break;
      walk.readBlock(this.recordBlock(text, start, end, last), start, end, b === ends.length - 1);
      start = end;
    }
    return walk.spans;
  }

  /** The state at each block's end. */
  private readBackwards(text: string, ends: readonly number[], from: number): BackwardState[] {
    const { backward } = this;
    const checkpoints: BackwardState[] = [];
    let state = backward.beginAt(text, ends.at(-1) ?? from);
    for (let b = ends.length - 1; b >= 0; b--) {
      checkpoints[b] = state;
      if (b === 0) break;
      const start = ends[b - 1] ?? from;
      for (let i = ends[b] ?? from; i > start; i -= widthBefore(text, i))
        state = backward.stepAt(state, text, i);
    }
    return checkpoints;
  }

  /** The state at each position of a block; positions inside a surrogate pair stay empty. */
  private recordBlock(text: string, start: number, end: number, last: BackwardState): BackwardState[] {
    const { backward } = this;
    const states = new Array<BackwardState>(end - start + 1);
    let state = last;
    states[end - start] = state;
    for (let i = end; i > start; ) {
      state = backward.stepAt(state, text, i);
      i -= widthBefore(text, i);
      states[i - start] = state;
    }
    return states;
  }
}

/** The forward walk. It is either looking for the next start or inside a match. */
class SpanWalk {
  readonly spans: Span[] = [];
  private readonly backward: Backward;
  private readonly text: string;
  private at: number;
  private before: number;
  /** The instruction to go on from inside a match; -1 between matches. */
  private pc = -1;
  private matchStart = 0;
  private lastEnd = -1;

  constructor(backward: Backward, text: string, from: number) {
    this.backward = backward;
    this.text = text;
    this.at = from;
    this.before =
      from === 0
        ? SIDE.edge
        : (backward.sides[backward.nfa.alphabet.classAt(text, from - widthBefore(text, from))] ?? SIDE.other);
  }

  readBlock(states: readonly BackwardState[], start: number, end: number, isLast: boolean): void {
    const { backward } = this;
    const { nfa } = backward;
    while (this.at < end || (isLast && this.at === end)) {
      const state = states[this.at - start];
      if (state === undefined) return;
      const choice = backward.choose(state, this.pc < 0 ? nfa.start : this.pc, this.before);
      if (choice === MATCHED) {
        if (!this.finishMatch()) this.advance(state);
      } else if (choice === STUCK) {
        this.advance(state);
      } else {
        if (this.pc < 0) this.matchStart = this.at;
        this.pc = nfa.out[choice] ?? 0;
        this.advance(state);
      }
    }
  }

  /**
   * Takes the match that ends here. An empty match directly after the match before it does not count, and
   * after an empty match the search goes on one character further. Returns whether the search goes on at
   * the same place.
   */
  private finishMatch(): boolean {
    const { at } = this;
    const start = this.pc < 0 ? at : this.matchStart;
    this.pc = -1;
    if (start < at || at !== this.lastEnd) this.spans.push({ start, end: at });
    this.lastEnd = at;
    return start < at;
  }

  private advance(state: BackwardState): void {
    this.before = state.side;
    this.at += this.at < this.text.length ? widthAt(this.text, this.at) : 1;
  }
}

/** Ends of the blocks that a text is read in; none lies inside a surrogate pair. */
function cutBlocks(text: string, from: number, to: number, minBlock: number): number[] {
  const size = Math.max(minBlock, Math.ceil(Math.sqrt(to - from)));
  const ends: number[] = [];
  for (let end = from; end < to; ) {
    end = Math.min(to, end + size);
    if (end < to && widthBefore(text, end + 1) === 2) end++;
    ends.push(end);
  }
  return ends.length === 0 ? [to] : ends;
}
