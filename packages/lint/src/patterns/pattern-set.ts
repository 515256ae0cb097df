import {
  createLanguage,
  findWitness,
  type Language,
  type Pattern,
  RegexError,
  type WitnessQuery,
} from '@agentpolicy/regex';
import { Recent } from '../model/recent.ts';

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
  readonly source: string;
}

type ToQuery = (mine: Language, theirs: Language) => WitnessQuery;

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

type Asked = ReturnType<typeof findWitness>;

/** What has been found out about one pattern. */
interface Known {
  /** Undefined where the pattern is too large. */
  readonly language: Language | undefined;
  readonly answers: Map<string, Asked>;
}

/**
 * Remembers automata and answers by the patterns' texts, whatever the policies are that they stand in: those of one
 * company share most of theirs. What is remembered changes no answer and no count.
 */
export interface SetMemory {
  find(pattern: Pattern): Known;
  /** `question` tells it from others about the same pattern. */
  answer(known: Known, question: string, find: () => Asked): Asked;
}

/** Patterns that are remembered, and answers about each of them. */
const MAX_REMEMBERED = 500;
const MAX_ANSWERS = 100;

export function createSetMemory(): SetMemory {
  const patterns = new Recent<Known>(MAX_REMEMBERED);
  return {
    find(pattern) {
      const before = patterns.get(pattern.source);
      if (before !== undefined) return before;
      const known: Known = { language: makeLanguage(pattern), answers: new Map() };
      // The states that an incomplete one may still compute are the budget of one policy.
      if (known.language?.isComplete !== false) patterns.set(pattern.source, known);
      return known;
    },
    answer({ answers }, question, find) {
      const before = answers.get(question);
      if (before !== undefined) return before;
      const found = find();
      if (answers.size < MAX_ANSWERS) answers.set(question, found);
      return found;
    },
  };
}

/** Makes the sets of one policy's patterns, which share a budget. */
export interface PatternSetFactory {
  create(pattern: Pattern): PatternSet;
  /** Some question was not asked any more. */
  isExhausted(): boolean;
}

export function createPatternSetFactory(memory: SetMemory = createSetMemory()): PatternSetFactory {
  let questions = 0;
  let unanswered = 0;
  let exhausted = false;

  /** A question counts although its answer is known: the same policy gives the same findings after any other. */
  function ask(find: () => Asked): Asked {
    if (questions >= MAX_QUESTIONS || unanswered >= MAX_UNANSWERED) {
      exhausted = true;
      return { kind: 'unknown', why: 'the policy asks too much' };
    }
    questions++;
    const found = find();
    if (found.kind === 'unknown') unanswered++;
    return found;
  }

  function create(pattern: Pattern): PatternSet {
    let held: Known | undefined;
    function getKnown(): Known {
      held ??= memory.find(pattern);
      return held;
    }
    function askFor(question: string, other: PatternSet | undefined, toQuery: ToQuery): Asked {
      const known = getKnown();
      const mine = known.language;
      const theirs = other === undefined ? mine : other.language;
      if (mine === undefined || theirs === undefined)
        return { kind: 'unknown', why: 'the pattern is too large' };
      const find = (): Asked => findWitness(toQuery(mine, theirs), { pairs: MAX_PAIRS });
      const isLasting = mine.isComplete && theirs.isComplete;
      return ask(isLasting ? () => memory.answer(known, question + (other?.source ?? ''), find) : find);
    }
    const findMember = (): Asked => askFor('member ', undefined, (mine) => ({ in: [mine] }));
    const findMemberOfBoth = (other: PatternSet): Asked =>
      askFor('both ', other, (mine, theirs) => ({ in: [mine, theirs] }));
    return {
      source: pattern.source,
      get language() {
        return getKnown().language;
      },
      isEmpty: () => isNone(findMember()),
      isUniversal: () => isNone(askFor('missing ', undefined, (mine) => ({ notIn: [mine] }))),
      findExample: () => textOf(findMember()),
      findCommon: (other) => textOf(findMemberOfBoth(other)),
      isDisjointFrom: (other) => isNone(findMemberOfBoth(other)),
      isWithin: (other) =>
        isNone(askFor('outside ', other, (mine, theirs) => ({ in: [mine], notIn: [theirs] }))),
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
