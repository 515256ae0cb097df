import {
  createLanguage,
  findWitness,
  type Language,
  type Pattern,
  RegexError,
  type WitnessQuery,
} from '@agentpolicy/regex';

export type Answer = 'yes' | 'no' | 'unknown';

/** The set of texts that a pattern accepts. */
export interface PatternSet {
  isEmpty(): Answer;
  isUniversal(): Answer;
  /** A shortest readable text of the set. */
  findExample(): string | undefined;
  /** A shortest readable text of both sets. */
  findCommon(other: PatternSet): string | undefined;
  isWithin(other: PatternSet): Answer;
  isDisjointFrom(other: PatternSet): Answer;
  readonly language: Language | undefined;
}

/** Combinations of states that one question may visit: a few milliseconds. */
const MAX_PAIRS = 1_000;
const MAX_STATES = 500;
/** States that are computed at once: most patterns of policies have fewer than a hundred. */
const EAGER_STATES = 200;

/**
 * How much one policy may ask: a policy of the greatest size with a different pattern in every line is
 * linted in seconds. The limits count questions, not time, so that the same policy gives the same findings.
 */
const MAX_QUESTIONS = 1_000;
/** Questions without an answer cost the most: after this many, no more are asked. */
const MAX_UNANSWERED = 8;

/** Makes the sets of one policy's patterns, which share a budget. */
export interface PatternSetFactory {
  create(pattern: Pattern): PatternSet;
  /** Some question was not asked any more. */
  isExhausted(): boolean;
}

type Asked = ReturnType<typeof findWitness>;

export function createPatternSetFactory(): PatternSetFactory {
  let questions = 0;
  let unanswered = 0;
  let exhausted = false;

  function ask(query: WitnessQuery): Asked {
    if (questions >= MAX_QUESTIONS || unanswered >= MAX_UNANSWERED) {
      exhausted = true;
      return { kind: 'unknown', why: 'the policy asks too much' };
    }
    questions++;
    const found = findWitness(query, { pairs: MAX_PAIRS });
    if (found.kind === 'unknown') unanswered++;
    return found;
  }

  function create(pattern: Pattern): PatternSet {
    let made: { readonly language: Language | undefined } | undefined;
    function getLanguage(): Language | undefined {
      made ??= { language: makeLanguage(pattern) };
      return made.language;
    }
    function askFor(query: (language: Language) => WitnessQuery | undefined): Asked {
      const language = getLanguage();
      const asked = language === undefined ? undefined : query(language);
      return asked === undefined ? { kind: 'unknown', why: 'the pattern is too large' } : ask(asked);
    }
    function pairWith(other: PatternSet, toQuery: (mine: Language, theirs: Language) => WitnessQuery): Asked {
      return askFor((mine) => (other.language === undefined ? undefined : toQuery(mine, other.language)));
    }
    return {
      get language() {
        return getLanguage();
      },
      isEmpty: () => isNone(askFor((mine) => ({ in: [mine] }))),
      isUniversal: () => isNone(askFor((mine) => ({ notIn: [mine] }))),
      findExample: () => textOf(askFor((mine) => ({ in: [mine] }))),
      findCommon: (other) => textOf(pairWith(other, (mine, theirs) => ({ in: [mine, theirs] }))),
      isDisjointFrom: (other) => isNone(pairWith(other, (mine, theirs) => ({ in: [mine, theirs] }))),
      isWithin: (other) => isNone(pairWith(other, (mine, theirs) => ({ in: [mine], notIn: [theirs] }))),
    };
  }
  return { create, isExhausted: () => exhausted };
}

function isNone(asked: Asked): Answer {
  switch (asked.kind) {
    case 'none':
      return 'yes';
    case 'found':
      return 'no';
    case 'unknown':
      return 'unknown';
  }
}

function textOf(asked: Asked): string | undefined {
  return asked.kind === 'found' ? asked.text : undefined;
}

function makeLanguage(pattern: Pattern): Language | undefined {
  try {
    return createLanguage(pattern, { states: MAX_STATES, eagerStates: EAGER_STATES });
  } catch (error) {
    if (error instanceof RegexError) return undefined;
    throw error;
  }
}
