import type { Pattern, PatternError } from '@agentpolicy/regex';
import { createPatternSetFactory, type PatternSet } from '../patterns/pattern-set.ts';
import { lazily } from './lazily.ts';
import type { PatternReader, ReadPattern } from './pattern-reader.ts';

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

/** `reader` may have read other policies' patterns: what it remembers changes no answer. */
export function createPatternFactory(reader: PatternReader): PatternFactory {
  const models = new Map<string, PatternModel>();
  const sets = new Map<string, PatternSet | undefined>();
  const factory = createPatternSetFactory(reader.sets);
  let isTooLarge = false;

  function getSet(source: string): PatternSet | undefined {
    if (!sets.has(source)) {
      const read = reader.read(source);
      if (!read.ok && read.error.code === 'pattern-too-large') isTooLarge = true;
      sets.set(source, read.ok ? factory.create(read.pattern) : undefined);
    }
    return sets.get(source);
  }

  /** A text that the pattern accepts and the other does not, found without an automaton. */
  function isRefuted({ writtenExamples }: ReadPattern, other: string): boolean {
    const read = reader.read(other);
    return read.ok && writtenExamples().some((text) => !read.accepts(text));
  }

  return {
    create(source) {
      const known = models.get(source);
      if (known !== undefined) return known;
      const read = reader.read(source);
      const model = read.ok
        ? createModel(source, read, { getSet, isRefuted })
        : createRefused(source, read.error);
      models.set(source, model);
      return model;
    },
    isExhausted: () => isTooLarge || factory.isExhausted(),
  };
}

/** What the patterns of one policy are compared with. */
interface Comparisons {
  readonly getSet: (source: string) => PatternSet | undefined;
  readonly isRefuted: (pattern: ReadPattern, other: string) => boolean;
}

function createModel(source: string, read: ReadPattern, { getSet, isRefuted }: Comparisons): PatternModel {
  const { pattern, accepts, writtenExamples, surelyMatches } = read;
  const getExamples = lazily(() => {
    const written = writtenExamples();
    if (written.length > 0) return written;
    // The automaton is asked only where the syntax tree gives no example: that is rare and costs more.
    const found = getSet(source)?.findExample();
    return found === undefined ? [] : [found];
  });
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
      if (surelyMatches()) return false;
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
      if (isRefuted(read, other)) return 'no';
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
