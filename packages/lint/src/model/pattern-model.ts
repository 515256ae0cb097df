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
import { createPatternSetFactory, type PatternSet } from '../patterns/pattern-set.ts';
import { estimateSize, isSurelyMatchable } from '../patterns/shape.ts';
import { lazily } from './lazily.ts';

/** A policy's pattern: parsed once, its automata built when a rule first asks. */
export interface PatternModel {
  readonly source: string;
  /** Undefined where the pattern is refused; then `error` says why. */
  readonly pattern: Pattern | undefined;
  readonly error: PatternError | undefined;
  /** The text holds a match (RE2's search). False for a refused pattern. */
  readonly accepts: (text: string) => boolean;
  /** Short readable texts that the pattern accepts, different alternatives first; none where none was found within limits. */
  readonly examples: readonly string[];
  /** The first of the examples. */
  readonly example: string | undefined;
  /** Proved to match no text at all. */
  readonly isEmpty: boolean;
  /** Proved to match every text. */
  readonly isUniversal: boolean;
  /** A short readable text that this pattern and the pattern `other` accept; undefined where there is none or none was found within limits. */
  readonly findCommon: (other: string) => string | undefined;
  /** Whether the pattern `other` accepts everything that this pattern accepts: proved, or unknown within limits. */
  readonly isWithin: (other: string) => 'yes' | 'no' | 'unknown';
}

/** Makes the patterns of one policy; the same text gives the same model. */
export interface PatternFactory {
  create(source: string): PatternModel;
  /** Some question about automata was not asked, because the policy asks too many. */
  isExhausted(): boolean;
}

/** A pattern is tried on a few short texts: a complete automaton would cost more than it saves. */
const LIMITS = { states: 1 };

/** The alternatives that are tried for an example before the automaton is asked. */
const EXAMPLE_OPTIONS = [0, 1, 2];

export function createPatternFactory(): PatternFactory {
  const models = new Map<string, PatternModel>();
  const sets = new Map<string, PatternSet | undefined>();
  const factory = createPatternSetFactory();

  function getSet(source: string): PatternSet | undefined {
    if (!sets.has(source)) {
      const parsed = parsePattern(source);
      sets.set(source, parsed.ok ? factory.create(parsed.pattern) : undefined);
    }
    return sets.get(source);
  }

  return {
    create(source) {
      const known = models.get(source);
      if (known !== undefined) return known;
      const model = createModel(source, getSet);
      models.set(source, model);
      return model;
    },
    isExhausted: factory.isExhausted,
  };
}

function createModel(source: string, getSet: (source: string) => PatternSet | undefined): PatternModel {
  const parsed = parsePattern(source);
  if (!parsed.ok) return createRefused(source, parsed.error);
  const { pattern } = parsed;
  const size = estimateSize(pattern.root);
  const getProgram = lazily(() => compile(pattern));
  if (size > SURELY_COMPILES && getProgram() === undefined)
    return createRefused(source, describeSize(source));
  function accepts(text: string): boolean {
    if (size * text.length <= MAX_SHORT) return matchesShort(pattern.root, text);
    return getProgram()?.test(text) === true;
  }
  const getExamples = lazily(() => findExamples(pattern, accepts, () => getSet(source)?.findExample()));
  return {
    source,
    pattern,
    error: undefined,
    accepts,
    get examples() {
      return getExamples();
    },
    get example() {
      return getExamples()[0];
    },
    get isEmpty() {
      if (isSurelyMatchable(pattern.root)) return false;
      return getExamples().length === 0 && getSet(source)?.isEmpty() === 'yes';
    },
    get isUniversal() {
      return accepts('') && accepts('\n') && getSet(source)?.isUniversal() === 'yes';
    },
    findCommon: remember((other) => {
      const left = getSet(source);
      const right = getSet(other);
      return left === undefined || right === undefined ? undefined : left.findCommon(right);
    }),
    isWithin: remember((other) => {
      const left = getSet(source);
      const right = getSet(other);
      return left === undefined || right === undefined ? 'unknown' : left.isWithin(right);
    }),
  };
}

/** The same pattern stands in many rules of one policy: it is compared once. */
function remember<T>(compute: (other: string) => T): (other: string) => T {
  const answers = new Map<string, { readonly value: T }>();
  return (other) => {
    const known = answers.get(other) ?? { value: compute(other) };
    answers.set(other, known);
    return known.value;
  };
}

function createRefused(source: string, error: PatternError): PatternModel {
  return {
    source,
    pattern: undefined,
    error,
    accepts: () => false,
    examples: [],
    example: undefined,
    isEmpty: false,
    isUniversal: false,
    findCommon: () => undefined,
    isWithin: () => 'unknown',
  };
}

/** The automaton is asked only where the syntax tree gives no example: that is rare and costs more. */
function findExamples(
  pattern: Pattern,
  accepts: (text: string) => boolean,
  askAutomaton: () => string | undefined,
): readonly string[] {
  const found = new Set<string>();
  for (const option of EXAMPLE_OPTIONS) {
    const text = makeExample(pattern, option);
    if (text !== undefined && accepts(text)) found.add(text);
  }
  const last = found.size === 0 ? askAutomaton() : undefined;
  return last === undefined ? [...found] : [last];
}

/** Size of a pattern times length of a text, up to which the syntax tree is faster than an automaton. */
const MAX_SHORT = 50_000;

/** Programs of patterns below this size are known to fit, so they need not be compiled to know it. */
const SURELY_COMPILES = 20_000;

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
