import { type Alphabet, widthAt } from './alphabet.ts';
import type { PairTable } from './dfa-pairs.ts';
import type { PreparedDfa } from './dfa-prepare.ts';
import { ROW_WIDTH } from './dfa-rows.ts';
import { LEAP, MIN_LEAP, NEAR } from './leap.ts';
import { type Sieve, type SieveState, stepSieve } from './sieve.ts';
import { hasPrefix } from './strings.ts';

/**
 * Texts that are shorter are read by the automaton at once: searching for a needle first would cost more
 * than it saves.
 */
const MIN_SEARCH_LENGTH = 32;
/** The same for jumping over a stretch that keeps the state. */
const MIN_JUMP = 16;
/** Longer texts are read in the way that can jump. */
const MAX_SHORT = 256;
/** Texts from this length on are read in streams. */
const LONG = 2 * MIN_LEAP;

/** What a sieve makes of the prefix: the same for every text. */
interface SievedPrefix {
  readonly sieve: Sieve;
  readonly state: SieveState;
}

/**
 * Runs a complete automaton: one table entry a character, except for what the text's own search does
 * faster. A prefix that all matches share is compared as a string, and a state that all characters but one
 * keep jumps to that one.
 */
export class DfaRunner {
  private readonly prepared: PreparedDfa;
  private readonly alphabet: Alphabet;
  private readonly ascii: Uint16Array;
  private readonly cells: Int32Array;
  private readonly width: number;
  private readonly start: number;
  /** What every matching text starts with, before what the automaton reads. */
  private readonly prefix: string;
  private readonly needle: string;
  /** States up to this one need attention: dead, matched, and those that can jump. */
  private readonly special: number;
  private readonly exits: readonly string[];
  private readonly lasts: Uint8Array | undefined;
  /** There once the automaton has been used often, if it is small. */
  private pairs: PairTable | undefined;
  private skimmed = 0;
  private state = 0;
  private sieved: SievedPrefix | undefined;

  /** `needle` is a string that every matching text contains, or empty. */
  constructor(prepared: PreparedDfa, prefix: string, needle: string) {
    const { cells, start, alphabet, exits, lasts } = prepared;
    this.prepared = prepared;
    this.alphabet = alphabet;
    this.ascii = alphabet.ascii;
    this.width = alphabet.size + 1;
    this.cells = cells;
    this.start = start;
    this.exits = exits;
    this.special = (1 + exits.length) * this.width;
    this.prefix = prefix;
    this.needle = needle;
    // The prefix may be a whole match; its last character is not among what the automaton knows.
    const isWhole = prefix !== '' && cells[start + this.width - 1] === 1;
    this.lasts = isWhole ? undefined : lasts;
  }

  test(text: string): boolean {
    const { prefix, needle, lasts, pairs } = this;
    const { length } = text;
    if (lasts !== undefined) {
      const end = text.charCodeAt(length - 1);
      if (end < 128 && lasts[end] === 0) return false;
    }
    if (prefix !== '') {
      if (!hasPrefix(text, prefix)) return false;
    } else if (needle !== '' && length >= MIN_SEARCH_LENGTH && !text.includes(needle)) return false;
    if (pairs === undefined || length > MAX_SHORT) return this.testSlowly(text);
    // Written out here: for texts this short, a call counts.
    const { cells, first, second, matched } = pairs;
    const last = length - 1;
    let state = pairs.start;
    let at = prefix.length;
    while (at < last && state > matched) {
      const unit = text.charCodeAt(at);
      const next = text.charCodeAt(at + 1);
      if ((unit | next) > 127) return this.run(text, prefix.length);
      state = cells[state + ((first[unit] ?? 0) + (second[next] ?? 0))] ?? 0;
      at += 2;
    }
    if (state <= matched) return state === matched;
    if (at > last) return cells[state + pairs.endBoth] === matched;
    const unit = text.charCodeAt(last);
    if (unit > 127) return this.run(text, prefix.length);
    return cells[state + ((first[unit] ?? 0) + pairs.endSecond)] === matched;
  }

  private testSlowly(text: string): boolean {
    this.pairs ??= this.prepared.pairs.get(this.prepared);
    return this.run(text, this.prefix.length);
  }

  /** See `LoadedProgram`. */
  testClean(text: string, sieve: Sieve): boolean {
    const { prefix } = this;
    // A long text is read faster by each of the two.
    if (text.length >= LONG) return this.test(text) && sieve.isClean(text);
    if (!hasPrefix(text, prefix)) return false;
    const { bits, seen } = this.readPrefix(sieve).state;
    this.pairs ??= this.prepared.pairs.get(this.prepared);
    const { pairs } = this;
    return pairs === undefined
      ? this.runClean(text, prefix.length, bits, seen, sieve)
      : this.runPairsClean(text, prefix.length, bits, seen, sieve, pairs);
  }

  private runClean(text: string, from: number, bits: number, seen: number, sieve: Sieve): boolean {
    const { cells, ascii, width } = this;
    const { masks, caught } = sieve;
    const { length } = text;
    let state = this.start;
    let at = from;
    let units = 0;
    // The sieve costs next to nothing here: each round waits for the automaton's next entry.
    while (at < length && state > width) {
      const unit = text.charCodeAt(at++);
      units |= unit;
      bits = stepSieve(bits, masks[unit & 127] ?? 0);
      seen |= bits;
      state = cells[state + (ascii[unit & 127] ?? 0)] ?? 0;
    }
    if (units > 127 || (seen & caught) !== 0 || cells[state + width - 1] !== 1) return false;
    return at === length || sieve.isCleanFrom(text, at, bits, seen);
  }

  private runPairsClean(
    text: string,
    from: number,
    bits: number,
    seen: number,
    sieve: Sieve,
    pairs: PairTable,
  ): boolean {
    const { cells, first, second, matched } = pairs;
    const { masks, caught } = sieve;
    const last = text.length - 1;
    let state = pairs.start;
    let at = from;
    while (at < last && state > matched) {
      const unit = text.charCodeAt(at);
      const next = text.charCodeAt(at + 1);
      if ((unit | next) > 127) return false;
      bits = stepSieve(bits, masks[unit] ?? 0);
      seen |= bits;
      bits = stepSieve(bits, masks[next] ?? 0);
      seen |= bits;
      state = cells[state + ((first[unit] ?? 0) + (second[next] ?? 0))] ?? 0;
      at += 2;
    }
    if (state === 0 || (seen & caught) !== 0) return false;
    if (state === matched) return sieve.isCleanFrom(text, at, bits, seen);
    if (at > last) return cells[state + pairs.endBoth] === matched;
    const unit = text.charCodeAt(last);
    if (unit > 127 || (stepSieve(bits, masks[unit] ?? 0) & caught) !== 0) return false;
    return cells[state + ((first[unit] ?? 0) + pairs.endSecond)] === matched;
  }

  private readPrefix(sieve: Sieve): SievedPrefix {
    if (this.sieved?.sieve === sieve) return this.sieved;
    this.sieved = { sieve, state: sieve.read(this.prefix) };
    return this.sieved;
  }

  private run(text: string, from: number): boolean {
    const { cells, width, prepared, exits } = this;
    const { length } = text;
    // Jumping is faster still.
    const rows = length - from >= LONG && exits.length === 0 ? prepared.rows.get(prepared) : undefined;
    this.state = this.start;
    let at = this.runTo(text, from, rows === undefined ? length : from + NEAR);
    while (rows !== undefined && this.state > width && at < length) {
      at = LEAP.run(text, at, length, (this.state / width) * ROW_WIDTH, rows);
      this.state = (LEAP.state / ROW_WIDTH) * width;
      at = this.runTo(text, at, Math.min(length, LEAP.next));
    }
    return cells[this.state + width - 1] === 1;
  }

  /** Reads on from `state`, and sets it anew; ends at `to`, or one unit behind, or where the text is decided. */
  private runTo(text: string, from: number, to: number): number {
    const { cells, alphabet, special, width } = this;
    let { state } = this;
    let i = from;
    while (i < to && state > width) {
      const far = to - i >= MIN_JUMP;
      if (far && state <= special) i = this.jump(text, i, state);
      i = this.skim(text, i, to, state, far ? special : width);
      state = this.skimmed;
      if (i >= to || state <= width) break;
      state = cells[state + alphabet.classAt(text, i)] ?? 0;
      i += widthAt(text, i);
    }
    this.state = state;
    return i;
  }

  /**
   * Reads on while there are ASCII characters that lead to states beyond `special`, two at a time. Returns where
   * that ends, and leaves the state there in `skimmed`. A function of its own, because a small loop is a fast one.
   */
  private skim(text: string, from: number, to: number, first: number, special: number): number {
    const { cells, ascii } = this;
    const last = to - 1;
    let state = first;
    let i = from;
    while (i < last) {
      const unit = text.charCodeAt(i);
      const next = text.charCodeAt(i + 1);
      if ((unit | next) > 127) break;
      // Dead and matched are left no more: it is enough to look after the second.
      state = cells[(cells[state + (ascii[unit] ?? 0)] ?? 0) + (ascii[next] ?? 0)] ?? 0;
      i += 2;
      if (state <= special) break;
    }
    this.skimmed = state;
    return i;
  }

  /** Where the stretch ends that keeps a jumping state. */
  private jump(text: string, from: number, state: number): number {
    const found = text.indexOf(this.exits[state / this.width - 2] ?? '', from);
    return found < 0 ? text.length : found;
  }
}
