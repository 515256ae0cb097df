import { widthAt, widthBefore } from './alphabet.ts';
import { combineNfas } from './combine.ts';
import { LazyDfa } from './lazy-dfa.ts';
import { SIDE } from './looks.ts';
import type { Nfa } from './nfa.ts';
import type { NfaMatcher } from './nfa-matcher.ts';
import type { Redaction } from './redactor.ts';
import { RegexError } from './regex-error.ts';
import { replaceSpans } from './replace.ts';
import { type Dominators, findDominators } from './simulation.ts';
import { HIT, Subset } from './subset.ts';

const FIRST_LOOK_BACK = 32;

/**
 * Redacts with all patterns at once. One automaton of all of them reads the text and rules most of it out.
 * Around a hit, a segment is cut out at places that no match reaches across, whatever its pattern, and the
 * patterns are applied to the segment alone, in order. The segment grows where a replacement touches its
 * end or lets a match reach beyond it.
 */
export class Scanner {
  private readonly programs: readonly NfaMatcher[];
  private readonly replacements: readonly string[];
  private readonly nfa: Nfa;
  private readonly sides: Uint8Array;
  /** Stops at the first place where any pattern is known to match. */
  private readonly search: LazyDfa;
  /** Stops at the first place that no thread of any pattern reaches across. */
  private readonly track: LazyDfa;

  /** No program may match the empty string, except for `find`. */
  constructor(programs: readonly NfaMatcher[], replacements: readonly string[]) {
    this.programs = programs;
    this.replacements = replacements;
    const nfas = programs.map((program) => program.nfa);
    const { nfa, starts, offsets } = combineNfas(nfas);
    this.nfa = nfa;
    this.sides = nfa.alphabet.sides(nfa.looks);
    this.search = new LazyDfa(new Subset(nfa, starts, 'search', combineDominators(nfas, offsets)));
    this.track = new LazyDfa(new Subset(nfa, starts, 'track', undefined));
  }

  /** A place at or behind the end of the first match to end, or -1. */
  find(text: string, from: number): number {
    const start = this.search.begin(this.sideBefore(text, from));
    if (start === HIT) return from;
    const end = this.search.scan(text, from, text.length, start);
    if (end === 'hit') return this.search.position;
    return end === 'end' && this.search.acceptsAtEnd() ? text.length : -1;
  }

  redact(text: string, limit: number): Redaction {
    const counts = this.programs.map(() => 0);
    let out = '';
    let done = 0;
    for (let hit = this.find(text, 0); hit >= 0; hit = this.find(text, done)) {
      const start = this.findStart(text, done, hit);
      const segment = this.redactSegment(text, start, hit, limit);
      out += text.slice(done, start) + segment.text;
      if (out.length > limit)
        throw new RegexError('redaction-too-large', 'the replacements make the text too long');
      segment.counts.forEach((count, index) => {
        counts[index] = (counts[index] ?? 0) + count;
      });
      done = segment.end;
      if (done >= text.length) break;
    }
    return { text: done === 0 ? text : out + text.slice(done), counts };
  }

  /**
   * The last place before `hit` that no match reaches across. Looks back in growing steps, first not
   * knowing which threads are under way; at `done`, none is.
   */
  private findStart(text: string, done: number, hit: number): number {
    for (let distance = FIRST_LOOK_BACK; hit - distance > done; distance *= 4) {
      const from = hit - distance + (widthBefore(text, hit - distance + 1) === 2 ? 1 : 0);
      const unknown = this.track.beginAnywhere(this.sideBefore(text, from));
      if (this.track.scan(text, from, hit, unknown) !== 'hit' || this.track.position >= hit) continue;
      return this.lastQuiet(text, this.track.position, hit);
    }
    return this.lastQuiet(text, done, hit);
  }

  /** The last quiet place before `limit`; `from` is one. */
  private lastQuiet(text: string, from: number, limit: number): number {
    let quiet = from;
    for (let next = this.nextQuiet(text, quiet, limit); next >= 0 && next < limit; ) {
      quiet = next;
      next = this.nextQuiet(text, quiet, limit);
    }
    return quiet;
  }

  /** The first quiet place after `from`, itself one, up to `to`; -1 where there is none. */
  private nextQuiet(text: string, from: number, to: number): number {
    if (from >= to) return -1;
    const start = this.track.begin(this.sideBefore(text, from));
    if (start === HIT) return -1;
    return this.track.scan(text, from, to, start) === 'hit' ? this.track.position : -1;
  }

  private redactSegment(
    text: string,
    start: number,
    hit: number,
    limit: number,
  ): Redaction & { end: number } {
    let least = hit;
    for (;;) {
      const end = this.findEnd(text, start, least);
      const made = this.applyInOrder(text, start, end, limit);
      if (made !== undefined) return { ...made, end };
      least = Math.min(text.length, start + 2 * (end - start) + 1);
    }
  }

  /** The first quiet place at `least` or behind it, or the text's end. */
  private findEnd(text: string, start: number, least: number): number {
    let quiet = start;
    while (quiet < least) {
      quiet = this.nextQuiet(text, quiet, text.length);
      if (quiet < 0) return text.length;
    }
    return quiet;
  }

  /** Applies the patterns to one segment; undefined where its end turns out to be too near. */
  private applyInOrder(text: string, start: number, end: number, limit: number): Redaction | undefined {
    const left = start === 0 ? '' : text.slice(start - widthBefore(text, start), start);
    const right = end >= text.length ? '' : text.slice(end, end + widthAt(text, end));
    let window = left + text.slice(start, end) + right;
    const counts: number[] = [];
    for (const [index, program] of this.programs.entries()) {
      const stop = window.length - right.length;
      const spans = this.matches(program, window, left.length)
        ? program.spans.findAll(window, left.length, stop)
        : [];
      counts.push(spans.length);
      const last = spans.at(-1);
      if (last === undefined) continue;
      window = replaceSpans(window, spans, this.replacements[index] ?? '', limit);
      if (
        right !== '' &&
        (last.end === stop || !this.isQuietAt(window, left.length, window.length - right.length))
      ) {
        return undefined;
      }
    }
    return { text: window.slice(left.length, window.length - right.length), counts };
  }

  private matches(program: NfaMatcher, window: string, from: number): boolean {
    const { automaton, nfa } = program;
    const start = automaton.begin(sideOf(program.sides, nfa, window, from));
    if (start === HIT) return true;
    // One character beyond the end decides what waits to see it.
    const end = automaton.scan(window, from, window.length, start);
    return end === 'hit' || (end === 'end' && automaton.acceptsAtEnd());
  }

  private isQuietAt(window: string, from: number, to: number): boolean {
    let quiet = from;
    while (quiet >= 0 && quiet < to) quiet = this.nextQuiet(window, quiet, to);
    return quiet === to;
  }

  private sideBefore(text: string, index: number): number {
    return sideOf(this.sides, this.nfa, text, index);
  }
}

/** The kind of the character before `index`. */
function sideOf(sides: Uint8Array, nfa: Nfa, text: string, index: number): number {
  if (index === 0) return SIDE.edge;
  return sides[nfa.alphabet.classAt(text, index - widthBefore(text, index))] ?? SIDE.other;
}

function combineDominators(nfas: readonly Nfa[], offsets: readonly number[]): Dominators {
  return nfas.flatMap((nfa, index) => {
    const offset = offsets[index] ?? 0;
    const dominators = findDominators(nfa) ?? Array.from(nfa.ops, () => []);
    return dominators.map((list) => list.map((pc) => pc + offset));
  });
}
