import {
  createLanguage,
  findNearMiss,
  findWitness,
  isMember,
  type Language,
  type LanguageLimits,
  type Pattern,
  parsePattern,
  RegexError,
  type WitnessResult,
} from '@agentpolicy/regex';
import { AnalysisError } from '../analysis-error.ts';
import { type AnalysisBudget, DEFAULT_BUDGET } from './budget.ts';
import { shrinkPattern } from './shrink-pattern.ts';

/**
 * Texts that are in all of `in` and in none of `notIn`; each entry is a pattern's text, matched by search.
 */
export interface TextQuery {
  readonly in: readonly string[];
  readonly notIn: readonly string[];
}

type Loaded =
  | { readonly ok: true; readonly language: Language }
  | { readonly ok: false; readonly why: string };

/** Combinations of states that are visited for a member before the whole automaton is made. */
const MEMBER_PAIRS = 5_000;

/** Answers questions about patterns, each pattern compiled and each question asked once. */
export interface LanguageStore {
  /**
   * A shortest readable text that the query asks for, a proof that there is none, or why neither is known.
   */
  find(query: TextQuery): WitnessResult;
  /** Whether the pattern matches somewhere in the text; undefined where the budget does not suffice. */
  has(source: string, text: string): boolean | undefined;
  /** A text that just fails to match; undefined where there is none or none was found. */
  nearMiss(source: string): string | undefined;
}

/** @throws AnalysisError `bad-pattern`, from each question, where a text is no pattern. */
export function createLanguageStore(budget: Partial<AnalysisBudget> = {}): LanguageStore {
  const { pairs, states, patience } = { ...DEFAULT_BUDGET, ...budget };
  const loaded = new Map<string, Loaded>();
  const answers = new Map<string, WitnessResult>();
  let exceeded = 0;

  function load(source: string): Loaded {
    const known = loaded.get(source) ?? compile(source, { states });
    loaded.set(source, known);
    return known;
  }

  /**
   * A member of one pattern, most often of one that did not change: its automaton is not needed for more,
   * and finding a text takes only a part of it, and mostly none of its repetitions.
   */
  function askForMember(source: string): WitnessResult {
    const known = loaded.get(source);
    const one = known ?? compile(source, { states, eagerStates: 0 }, shrinkPattern);
    if (!one.ok) return { kind: 'unknown', why: one.why };
    const found = findWitness({ in: [one.language] }, { pairs: MEMBER_PAIRS });
    const isShown = found.kind === 'none' || (found.kind === 'found' && isMember(one.language, found.text));
    // That the shrunk pattern has no member says nothing about the whole one.
    const isProof = isShown && (found.kind === 'found' || known !== undefined);
    return isProof ? found : ask({ in: [source], notIn: [] });
  }

  const currentLimits = (): { readonly pairs: number } => ({
    pairs: exceeded < patience ? pairs : Math.ceil(pairs / 100),
  });

  function ask(query: TextQuery): WitnessResult {
    const wanted: Language[] = [];
    const unwanted: Language[] = [];
    for (const [sources, languages] of [
      [query.in, wanted],
      [query.notIn, unwanted],
    ] as const) {
      for (const source of sources) {
        const one = load(source);
        if (!one.ok) return { kind: 'unknown', why: one.why };
        languages.push(one.language);
      }
    }
    const found = findWitness({ in: wanted, notIn: unwanted }, currentLimits());
    if (found.kind !== 'found') return found;
    // A class may hold only code points that no text can hold (lone surrogates): such a find proves nothing.
    const holds =
      wanted.every((language) => isMember(language, found.text) === true) &&
      unwanted.every((language) => isMember(language, found.text) === false);
    return holds ? found : { kind: 'unknown', why: 'only characters that no text can hold would tell' };
  }

  function find(query: TextQuery): WitnessResult {
    const key = JSON.stringify([query.in.toSorted(), query.notIn.toSorted()]);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = choose(query);
    if (answer.kind === 'unknown') exceeded++;
    answers.set(key, answer);
    return answer;
  }

  function choose(query: TextQuery): WitnessResult {
    const [first] = query.in;
    if (first === undefined) return ask(query);
    if (query.notIn.length === 0) return query.in.length === 1 ? askForMember(first) : ask(query);
    if (query.notIn.length === 1) return ask(query);
    // Many automata side by side are many states. Most often they are not needed: a shortest text
    // without the others will do, or one of them alone rules everything out.
    const loose = find({ in: query.in, notIn: [] });
    if (loose.kind === 'none') return loose;
    if (loose.kind === 'found' && query.notIn.every((source) => has(source, loose.text) === false))
      return loose;
    const isRuledOut = query.notIn.some((source) => find({ in: query.in, notIn: [source] }).kind === 'none');
    return isRuledOut ? { kind: 'none' } : ask(query);
  }

  function has(source: string, text: string): boolean | undefined {
    const one = load(source);
    return one.ok ? isMember(one.language, text) : undefined;
  }

  return {
    find,
    has,
    nearMiss(source) {
      const one = load(source);
      return one.ok ? findNearMiss(one.language, currentLimits()) : undefined;
    },
  };
}

/** @param prepare Gives the pattern whose language is wanted instead; undefined for the pattern itself */
function compile(
  source: string,
  limits: Partial<LanguageLimits>,
  prepare: (pattern: Pattern) => Pattern | undefined = () => undefined,
): Loaded {
  const parsed = parsePattern(source);
  if (!parsed.ok) {
    if (parsed.error.code === 'pattern-too-large') return { ok: false, why: parsed.error.message };
    throw new AnalysisError(
      'bad-pattern',
      `the pattern \`${source}\` can't be compared: ${parsed.error.message}`,
    );
  }
  try {
    return { ok: true, language: createLanguage(prepare(parsed.pattern) ?? parsed.pattern, limits) };
  } catch (failure) {
    if (failure instanceof RegexError) return { ok: false, why: failure.message };
    throw failure;
  }
}
