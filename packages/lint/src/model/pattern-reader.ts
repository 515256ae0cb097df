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
import { estimateSize } from '../patterns/shape.ts';
import { lazily } from './lazily.ts';

/** What a pattern's text alone tells, whatever the policy is that it stands in. */
export interface ReadPattern {
  readonly ok: true;
  readonly pattern: Pattern;
  readonly accepts: (text: string) => boolean;
  /** Texts that the syntax tree suggests and the pattern accepts, different alternatives first. */
  readonly writtenExamples: () => readonly string[];
}

export type ReadResult = ReadPattern | { readonly ok: false; readonly error: PatternError };

/** Reads patterns and remembers them: many policies of one company share most of theirs. */
export interface PatternReader {
  read(source: string): ReadResult;
}

/** Patterns that are remembered; when there are more, all are forgotten. */
const MAX_REMEMBERED = 1_000;

export function createPatternReader(): PatternReader {
  const known = new Map<string, ReadResult>();
  return {
    read(source) {
      const before = known.get(source);
      if (before !== undefined) return before;
      if (known.size >= MAX_REMEMBERED) known.clear();
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
  function accepts(text: string): boolean {
    if (size * text.length <= MAX_SHORT) return matchesShort(pattern.root, text);
    return getProgram()?.test(text) === true;
  }
  const writtenExamples = lazily(() => {
    const found = new Set<string>();
    for (const option of EXAMPLE_OPTIONS) {
      const text = makeExample(pattern, option);
      if (text !== undefined && accepts(text)) found.add(text);
    }
    return [...found];
  });
  return { ok: true, pattern, accepts, writtenExamples };
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
