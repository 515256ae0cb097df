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
  /** Stops at the first place where any pattern is known to match. */
  private readonly search: Searcher;
  /** Stops at the first place that no thread of any pattern reaches across. */
  private readonly track: LazyDfa;
  private grouped: readonly Group[] | undefined;

  /** No program may match the empty string, except for `find`. */
  constructor(programs: readonly NfaMatcher[], replacements: readonly string[]) {
    this.programs = programs;
    this.replacements = replacements;
    const { nfa, starts, offsets } = combineNfas(programs.map((program) => program.nfa));
    this.search = createSearcher(programs, nfa, starts, offsets);
    this.track = new LazyDfa(new Subset(nfa, starts, 'track', undefined));
  }

  /** A place at or behind the end of the first match to end, or -1. */
  find(text: string, from: number): number {
    const { automaton } = this.search;
    const start = automaton.begin(this.sideBefore(text, from));
    if (start === HIT) return from;
    const end = automaton.scan(text, from, text.length, start);
    if (end === 'hit') return automaton.position;
    return end === 'end' && automaton.acceptsAtEnd() ? text.length : -1;
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
    const counts = this.programs.map(() => 0);
    for (const { searcher, first, programs } of this.groups) {
      // Most patterns have nothing to do with a segment: several are ruled out at once.
      if (!hasMatch(searcher, window, left.length)) continue;
      for (let index = first; index < first + programs.length; index++) {
        const program = programs[index - first];
        if (program === undefined || !hasMatch(program, window, left.length)) continue;
        const stop = window.length - right.length;
        const spans = program.spans.findAll(window, left.length, stop);
        counts[index] = spans.length;
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
    }
    return { text: window.slice(left.length, window.length - right.length), counts };
  }

  /** About as many groups as each has patterns; made at the first hit. */
  private get groups(): readonly Group[] {
    this.grouped ??= groupPrograms(this.programs);
    return this.grouped;
  }

  private isQuietAt(window: string, from: number, to: number): boolean {
    let quiet = from;
    while (quiet >= 0 && quiet < to) quiet = this.nextQuiet(window, quiet, to);
    return quiet === to;
  }

  private sideBefore(text: string, index: number): number {
    return sideOf(this.search, text, index);
  }
}

/** What tells whether a pattern, or any of several, matches. */
interface Searcher {
  readonly nfa: Nfa;
  readonly sides: Uint8Array;
  readonly automaton: LazyDfa;
}

/** Patterns that stand next to each other in the order in which they apply. */
interface Group {
  readonly searcher: Searcher;
  /** Index of the first of them. */
  readonly first: number;
  readonly programs: readonly NfaMatcher[];
}

function createSearcher(
  programs: readonly NfaMatcher[],
  nfa: Nfa,
  starts: readonly number[],
  offsets: readonly number[],
): Searcher {
  const dominators = combineDominators(
    programs.map((program) => program.nfa),
    offsets,
  );
  return {
    nfa,
    sides: nfa.alphabet.sides(nfa.looks),
    automaton: new LazyDfa(new Subset(nfa, starts, 'search', dominators)),
  };
}

function groupPrograms(programs: readonly NfaMatcher[]): readonly Group[] {
  const groups: Group[] = [];
  const size = Math.ceil(Math.sqrt(programs.length));
  for (let first = 0; first < programs.length; first += size) {
    const members = programs.slice(first, first + size);
    const { nfa, starts, offsets } = combineNfas(members.map((program) => program.nfa));
    groups.push({ searcher: createSearcher(members, nfa, starts, offsets), first, programs: members });
  }
  return groups;
}

/** Whether there may be a match in `text` from `from` on. */
function hasMatch(searcher: Searcher, text: string, from: number): boolean {
  const { automaton } = searcher;
  const start = automaton.begin(sideOf(searcher, text, from));
  if (start === HIT) return true;
  // What stands beyond the segment decides what waits to see it.
  const end = automaton.scan(text, from, text.length, start);
  return end === 'hit' || (end === 'end' && automaton.acceptsAtEnd());
}

/** The kind of the character before `index`. */
function sideOf({ nfa, sides }: Pick<Searcher, 'nfa' | 'sides'>, text: string, index: number): number {
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
