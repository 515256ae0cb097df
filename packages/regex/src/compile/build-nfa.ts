import { LOOK } from '../match/looks.ts';
import { MAX_INSTRUCTIONS, type Nfa, OP } from '../match/nfa.ts';
import { RegexError } from '../match/regex-error.ts';
import type { CharSet } from '../syntax/char-set.ts';
import type { AlternateNode, AssertionKind, PatternNode, RepeatNode, Span } from '../syntax/tree.ts';
import { partition } from './partition.ts';

/** A jump exists only while the program is written. */
const JUMP = 4;

const LOOKS: Readonly<Record<AssertionKind, number>> = {
  'begin-text': LOOK.beginText,
  'end-text': LOOK.endText,
  'begin-line': LOOK.beginLine,
  'end-line': LOOK.endLine,
  word: LOOK.word,
  'not-word': LOOK.notWord,
};

/**
 * Translates a syntax tree into an NFA. Preference follows Go's compiler, including the rule that `x*` with
 * an `x` that can be empty is `(?:x+)?`. Throws `RegexError` `pattern-too-large` where the program would
 * pass `maxInstructions`.
 */
export function buildNfa(root: PatternNode, maxInstructions: number): Nfa {
  const writer = new NfaWriter(Math.min(maxInstructions, MAX_INSTRUCTIONS));
  writer.write(root);
  return writer.finish();
}

/** Writes instructions in order; tasks wait on a stack of their own, so deep trees cost no call depth. */
class NfaWriter {
  private readonly ops: number[] = [];
  private readonly out: number[] = [];
  private readonly arg: number[] = [];
  private readonly sets: CharSet[] = [];
  private readonly setIds = new Map<string, number>();
  private readonly tasks: (() => void)[] = [];
  private readonly maxInstructions: number;

  constructor(maxInstructions: number) {
    this.maxInstructions = maxInstructions;
  }

  private get here(): number {
    return this.ops.length;
  }

  write(root: PatternNode): void {
    this.tasks.push(() => this.emit(root));
    for (let task = this.tasks.pop(); task !== undefined; task = this.tasks.pop()) task();
    this.push(OP.match, 0, root);
  }

  private push(op: number, arg: number, place: Span): number {
    if (this.here >= this.maxInstructions) this.refuse(place);
    this.ops.push(op);
    this.out.push(this.here);
    this.arg.push(arg);
    return this.here - 1;
  }

  private refuse(place: Span): never {
    throw new RegexError(
      'pattern-too-large',
      `the pattern needs more than ${this.maxInstructions} instructions: lower its repeat counts`,
      { start: place.start, end: place.end },
    );
  }

  private emit(node: PatternNode): void {
    switch (node.type) {
      case 'empty':
        return;
      case 'char':
        this.push(OP.char, this.internSet(node.set), node);
        return;
      case 'assertion':
        this.push(OP.look, LOOKS[node.kind], node);
        return;
      case 'group':
        this.emit(node.item);
        return;
      case 'concat':
        for (const item of node.items.toReversed()) this.tasks.push(() => this.emit(item));
        return;
      case 'alternate':
        this.emitOption(node, 0, []);
        return;
      case 'repeat':
        this.emitRepeat(node);
        return;
    }
  }

  private internSet(set: CharSet): number {
    const key = set.join();
    const known = this.setIds.get(key);
    if (known !== undefined) return known;
    this.setIds.set(key, this.sets.length);
    return this.sets.push(set) - 1;
  }

  private emitOption(node: AlternateNode, index: number, jumps: number[]): void {
    const option = node.options[index];
    if (option === undefined) return;
    if (index === node.options.length - 1) {
      this.tasks.push(() => {
        for (const jump of jumps) this.out[jump] = this.here;
      });
    } else {
      const split = this.push(OP.split, 0, option);
      this.tasks.push(() => {
        jumps.push(this.push(JUMP, 0, option));
        this.arg[split] = this.here;
        this.emitOption(node, index + 1, jumps);
      });
    }
    this.tasks.push(() => this.emit(option));
  }

  private emitRepeat(node: RepeatNode): void {
    const { item, min, max, greedy } = node;
    if (max === 0) return;
    if (min === 0) {
      const split = this.push(OP.split, 0, node);
      const start = this.here;
      this.tasks.push(() => {
        const end = this.here;
        if (max !== undefined) {
          const splits = [split];
          for (let copy = 1; copy < max; copy++) {
            splits.push(this.push(OP.split, 0, node));
            this.copy(start, end, node);
          }
          for (const each of splits) this.choose(each, each + 1, this.here, greedy);
        } else if (this.canBeEmpty(start, end)) {
          this.loop(start, node);
          this.choose(split, start, this.here, greedy);
        } else {
          this.out[this.push(JUMP, 0, node)] = split;
          this.choose(split, start, this.here, greedy);
        }
      });
    } else {
      const start = this.here;
      this.tasks.push(() => this.emitCopies(node, start, this.here));
    }
    this.tasks.push(() => this.emit(item));
  }

  /** The item stands once at `start`: adds its further copies. */
  private emitCopies(node: RepeatNode, start: number, end: number): void {
    const { min, max, greedy } = node;
    let last = start;
    for (let copy = 1; copy < min; copy++) {
      last = this.here;
      this.copy(start, end, node);
    }
    if (max === undefined) {
      this.loop(last, node);
      return;
    }
    const splits: number[] = [];
    for (let copy = min; copy < max; copy++) {
      splits.push(this.push(OP.split, 0, node));
      this.copy(start, end, node);
    }
    for (const split of splits) this.choose(split, split + 1, this.here, greedy);
  }

  private loop(start: number, node: RepeatNode): void {
    const split = this.push(OP.split, 0, node);
    this.choose(split, start, this.here, node.greedy);
  }

  private choose(split: number, again: number, leave: number, greedy: boolean): void {
    this.out[split] = greedy ? again : leave;
    this.arg[split] = greedy ? leave : again;
  }

  private copy(start: number, end: number, place: Span): void {
    const shift = this.here - start;
    for (let pc = start; pc < end; pc++) {
      const op = this.ops[pc] ?? 0;
      const arg = this.arg[pc] ?? 0;
      const made = this.push(op, op === OP.split ? arg + shift : arg, place);
      this.out[made] = (this.out[pc] ?? 0) + shift;
    }
  }

  /** Whether empty moves and looks alone lead from `start` to `end`. */
  private canBeEmpty(start: number, end: number): boolean {
    const seen = new Set<number>();
    const stack = [start];
    for (let pc = stack.pop(); pc !== undefined; pc = stack.pop()) {
      if (pc === end) return true;
      if (seen.has(pc) || this.ops[pc] === OP.char) continue;
      seen.add(pc);
      stack.push(this.out[pc] ?? 0);
      if (this.ops[pc] === OP.split) stack.push(this.arg[pc] ?? 0);
    }
    return false;
  }

  /** Takes the jumps out and sorts the code points into classes. */
  finish(): Nfa {
    const { ops } = this;
    const place = new Int32Array(ops.length);
    let count = 0;
    ops.forEach((op, pc) => {
      place[pc] = count;
      if (op !== JUMP) count++;
    });
    const land = (target: number): number => {
      let pc = target;
      while (ops[pc] === JUMP) pc = this.out[pc] ?? 0;
      return place[pc] ?? 0;
    };
    const kept = { ops: new Uint8Array(count), out: new Int32Array(count), arg: new Int32Array(count) };
    let looks = 0;
    ops.forEach((op, pc) => {
      const at = place[pc] ?? 0;
      if (op === JUMP) return;
      kept.ops[at] = op;
      if (op === OP.match) return;
      const arg = this.arg[pc] ?? 0;
      kept.out[at] = land(this.out[pc] ?? 0);
      kept.arg[at] = op === OP.split ? land(arg) : arg;
      if (op === OP.look) looks |= arg;
    });
    const { alphabet, members } = partition(this.sets, looks);
    return { ...kept, alphabet, start: land(0), sets: members, looks };
  }
}
