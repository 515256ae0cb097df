import { LOOK, LOOK_AHEAD } from './looks.ts';
import { type Nfa, OP } from './nfa.ts';

/**
 * Follows an NFA's empty moves. One walker keeps its marks between calls; a generation number makes
 * clearing them free. Order of visits is the order of preference.
 */
export class Walker {
  readonly nfa: Nfa;
  private readonly marks: Uint32Array;
  private readonly stack: Int32Array;
  private generation = 0;

  constructor(nfa: Nfa) {
    this.nfa = nfa;
    this.marks = new Uint32Array(nfa.ops.length);
    this.stack = new Int32Array(nfa.ops.length + 1);
  }

  /** Forgets what has been visited. */
  reset(): void {
    if (this.generation === 0xffffffff) {
      this.marks.fill(0);
      this.generation = 0;
    }
    this.generation++;
  }

  /**
   * Appends to `found` the `char` and `match` instructions that empty moves reach from `pc` and that have
   * not been visited since the last reset, most preferred first. `holding` are the looks that hold here.
   * Looks in `pending` are appended unresolved. Returns the new length of `found`.
   */
  follow(pc: number, holding: number, pending: number, found: Int32Array, length: number): number {
    const { marks, stack, generation } = this;
    const { ops, out, arg } = this.nfa;
    let count = length;
    let top = 0;
    stack[top++] = pc;
    while (top > 0) {
      let at = stack[--top] ?? 0;
      while (marks[at] !== generation) {
        marks[at] = generation;
        const op = ops[at];
        if (op === OP.split) {
          // Each instruction is pushed at most once a generation, by its own split: the stack cannot
          // overflow.
          stack[top++] = arg[at] ?? 0;
          at = out[at] ?? 0;
          continue;
        }
        if (op === OP.look && ((arg[at] ?? 0) & pending) === 0) {
          if (((arg[at] ?? 0) & holding) !== (arg[at] ?? 0)) break;
          at = out[at] ?? 0;
          continue;
        }
        found[count++] = at;
        break;
      }
    }
    return count;
  }
}

/** Whether a match can start at `start` anywhere but at the start of the text. */
export function canRestart(walker: Walker, start: number): boolean {
  const found = new Int32Array(walker.nfa.ops.length);
  walker.reset();
  return walker.follow(start, LOOK.beginLine, LOOK_AHEAD, found, 0) > 0;
}
