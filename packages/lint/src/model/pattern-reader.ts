import {
  compilePattern,
  type Pattern,
  type PatternError,
  parsePattern,
  RegexError,
} from '@agentpolicy/regex';
import { type LoadedProgram, loadProgram } from '@agentpolicy/regex/match';
import { makeExample } from '../patterns/make-example.ts';
import { matchesShort } from '../patterns/match-short.ts';
import { createSetMemory, type SetMemory } from '../patterns/pattern-set.ts';
import { estimateSize, isSurelyMatchable } from '../patterns/shape.ts';
import { lazily } from './lazily.ts';
import { Recent } from './recent.ts';

/** What a pattern's text alone tells, whatever the policy is that it stands in. */
export interface ReadPattern {
  readonly ok: true;
  readonly pattern: Pattern;
  readonly accepts: (text: string) => boolean;
  /** Texts that the syntax tree suggests and the pattern accepts, different alternatives first. */
  readonly writtenExamples: () => readonly string[];
  /** The syntax tree alone shows that some text is accepted. */
  readonly surelyMatches: () => boolean;
}

export type ReadResult = ReadPattern | { readonly ok: false; readonly error: PatternError };

/** Reads patterns and remembers them: many policies of one company share most of theirs. */
export interface PatternReader {
  read(source: string): ReadResult;
  /** What has been found out about their automata. */
  readonly sets: SetMemory;
}

/** Patterns that are remembered, and texts for each of them. */
const MAX_REMEMBERED = 1_000;
const MAX_TEXTS = 200;
const MAX_TEXT_LENGTH = 200;

export function createPatternReader(): PatternReader {
  const known = new Recent<ReadResult>(MAX_REMEMBERED);
  return {
    sets: createSetMemory(),
    read(source) {
      const before = known.get(source);
      if (before !== undefined) return before;
      const result = readPattern(source);
      known.set(source, result);
      return result;
    },
  };
}

/** The alternatives that are tried for an example. */
const EXAMPLE_OPTIONS = [0, 1, 2];

/** Size of a pattern times length of a text, up to which the syntax tree is faster than an automaton. */
const MAX_SHORT = 50_000;

/** Programs of patterns below this size are known to fit, so they need not be compiled to know it. */
const SURELY_COMPILES = 20_000;

/** A pattern is tried on a few short texts: a complete automaton would cost more than it saves. */
const LIMITS = { states: 1 };

function readPattern(source: string): ReadResult {
  const parsed = parsePattern(source);
  if (!parsed.ok) return { ok: false, error: parsed.error };
  const { pattern } = parsed;
  const size = estimateSize(pattern.root);
  const getProgram = lazily(() => compile(pattern));
  if (size > SURELY_COMPILES && getProgram() === undefined) return { ok: false, error: describeSize(source) };
  // Rules ask about the same few texts, and policies share patterns.
  const answers = new Map<string, boolean>();
  function accepts(text: string): boolean {
    const before = answers.get(text);
    if (before !== undefined) return before;
    const answer =
      size * text.length <= MAX_SHORT ? matchesShort(pattern.root, text) : getProgram()?.test(text) === true;
    if (text.length <= MAX_TEXT_LENGTH && answers.size < MAX_TEXTS) answers.set(text, answer);
    return answer;
  }
  const writtenExamples = lazily(() => {
    const found = new Set<string>();
    for (const option of EXAMPLE_OPTIONS) {
      const text = makeExample(pattern, option);
      if (text !== undefined && accepts(text)) found.add(text);
    }
    return [...found];
  });
  const surelyMatches = lazily(() => isSurelyMatchable(pattern.root));
  return { ok: true, pattern, accepts, writtenExamples, surelyMatches };
}

function compile(pattern: Pattern): LoadedProgram | undefined {
  try {
    return loadProgram(compilePattern(pattern, { limits: LIMITS }));
  } catch (error) {
    if (error instanceof RegexError) return undefined;
    throw error;
  }
}

function describeSize(source: string): PatternError {
  return {
    code: 'pattern-too-large',
    message: 'the pattern is too large once its repeats are written out',
    hint: 'use smaller repeat counts',
    start: 0,
    end: source.length,
  };
}
