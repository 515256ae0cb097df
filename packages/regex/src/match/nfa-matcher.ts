import { refuseSpans } from './constant.ts';
import { LazyDfa } from './lazy-dfa.ts';
import type { LoadedProgram, ProgramInfo } from './loaded-program.ts';
import { looksBetween, SIDE } from './looks.ts';
import type { Nfa } from './nfa.ts';
import { OP } from './nfa.ts';
import { NfaSearch } from './nfa-search.ts';
import { Walker } from './nfa-walk.ts';
import type { ProgramUse } from './program.ts';
import type { Sieve } from './sieve.ts';
import { findDominators } from './simulation.ts';
import { type Span, SpanFinder } from './spans.ts';
import { Subset } from './subset.ts';

/** Runs an NFA. */
export class NfaMatcher implements LoadedProgram {
  readonly info: ProgramInfo;
  readonly nfa: Nfa;
  /** What the characters of each class are as neighbours. */
  readonly sides: Uint8Array;
  private lazy: LazyDfa | undefined;
  private search: NfaSearch | undefined;
  private finder: SpanFinder | undefined;

  constructor(nfa: Nfa, use: ProgramUse, engine: 'lazy-dfa' | 'nfa') {
    this.nfa = nfa;
    this.sides = nfa.alphabet.sides(nfa.looks);
    const why = explain(use, engine, nfa.ops.length);
    this.info = { use, engine, why, matchesEmpty: canMatchEmpty(nfa) };
  }

  test(text: string): boolean {
    return this.info.engine === 'nfa' ? this.simulation.search(text).matched : this.automaton.test(text);
  }

  testClean(text: string, sieve: Sieve): boolean {
    return this.test(text) && sieve.isClean(text);
  }

  findAll(text: string): readonly Span[] {
    if (this.info.use !== 'spans') return refuseSpans();
    return this.spans.findAll(text, 0, text.length);
  }

  longestViablePrefix(text: string): number {
    return this.info.engine === 'nfa'
      ? this.simulation.search(text).viable
      : this.automaton.longestViablePrefix(text);
  }

  get spans(): SpanFinder {
    this.finder ??= new SpanFinder(this.nfa);
    return this.finder;
  }

  /** The automaton that tells whether a match ends somewhere. */
  get automaton(): LazyDfa {
    this.lazy ??= new LazyDfa(new Subset(this.nfa, [this.nfa.start], 'search', findDominators(this.nfa)));
    return this.lazy;
  }

  private get simulation(): NfaSearch {
    this.search ??= new NfaSearch(this.nfa);
    return this.search;
  }
}

function explain(use: ProgramUse, engine: 'lazy-dfa' | 'nfa', instructions: number): string {
  if (engine === 'nfa') return `the program has ${instructions} instructions, too many to keep its states`;
  return use === 'spans'
    ? 'spans are found with the NFA’s instructions'
    : 'the complete automaton would have too many states';
}

/** Whether some place in some text is matched by nothing at all. */
function canMatchEmpty(nfa: Nfa): boolean {
  const walker = new Walker(nfa);
  const found = new Int32Array(nfa.ops.length);
  for (const before of Object.values(SIDE)) {
    for (const after of Object.values(SIDE)) {
      walker.reset();
      const count = walker.follow(nfa.start, looksBetween(before, after), 0, found, 0);
      if (found.subarray(0, count).some((pc) => nfa.ops[pc] === OP.match)) return true;
    }
  }
  return false;
}
