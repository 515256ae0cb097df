import {
  checkEndAnchor,
  checkStartAnchor,
  createLanguage,
  findNearMiss,
  findWitness,
  type Language,
  type Pattern,
  parsePattern,
  RegexError,
} from '@agentpolicy/regex';
import { showCode } from './markdown.ts';

/** A hover is to be there at once: beyond this the question is left open. */
const LIMITS = { pairs: 10_000 };
const LANGUAGE_LIMITS = { states: 5_000 };

const EXAMPLES = 3;

/** What a pattern admits and what it just does not, in Markdown; for a refused pattern, why it is refused. */
export function describePattern(source: string): string {
  const parsed = parsePattern(source);
  if (!parsed.ok) return `The pattern is refused: ${parsed.error.message}.`;
  try {
    return describe(parsed.pattern);
  } catch (failure) {
    if (failure instanceof RegexError) return `The pattern is refused: ${failure.message}.`;
    throw failure;
  }
}

function describe(pattern: Pattern): string {
  const language = createLanguage(pattern, LANGUAGE_LIMITS);
  const { texts, complete } = findExamples(language);
  const lines = [describeExamples(texts, complete)];
  if (texts.length > 0) {
    const miss = findNearMiss(language, LIMITS);
    if (miss !== undefined) lines.push(`Does not match ${showCode(miss)}.`);
    const start = checkStartAnchor(pattern, LIMITS);
    if (start.anchored === false) {
      lines.push(`Not bound to the start: ${showCode(start.example)} matches too.`);
    }
    const end = checkEndAnchor(pattern, LIMITS);
    if (end.anchored === false) lines.push(`Not bound to the end: ${showCode(end.example)} matches too.`);
  }
  return lines.join('\n\n');
}

function describeExamples(texts: readonly string[], complete: boolean): string {
  const shown = texts.map(showCode).join(', ');
  if (complete) return texts.length === 0 ? 'Matches no text at all.' : `Matches ${shown}, and nothing else.`;
  return texts.length === 0
    ? 'The pattern is too large to find examples of what it matches.'
    : `Matches for example ${shown}.`;
}

interface Examples {
  readonly texts: readonly string[];
  /** There is proved to be no other. */
  readonly complete: boolean;
}

/** Shortest texts that match, each another one than those before. */
function findExamples(language: Language): Examples {
  const texts: string[] = [];
  const known: Language[] = [];
  while (texts.length <= EXAMPLES) {
    const found = findWitness({ in: [language], notIn: known }, LIMITS);
    if (found.kind !== 'found') return { texts, complete: found.kind === 'none' };
    texts.push(found.text);
    const only = createLanguageOfText(found.text);
    if (only === undefined) return { texts, complete: false };
    known.push(only);
  }
  return { texts: texts.slice(0, EXAMPLES), complete: false };
}

function createLanguageOfText(text: string): Language | undefined {
  const units = [...text].map((character) => `\\x{${(character.codePointAt(0) ?? 0).toString(16)}}`);
  const parsed = parsePattern(`\\A${units.join('')}\\z`);
  return parsed.ok ? createLanguage(parsed.pattern) : undefined;
}
