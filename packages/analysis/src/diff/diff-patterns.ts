import { type PatternNode, parsePattern } from '@agentpolicy/regex';
import { holdsAll } from '../languages/is-same-language.ts';
import type { LanguageStore } from '../languages/language-store.ts';
import type { Change } from './change.ts';

export interface RedactionPattern {
  readonly name: string;
  /** In the policy's list. */
  readonly index: number;
  readonly source: string;
  /** The compiled program's text: patterns with equal programs redact the same. */
  readonly program: string;
}

export interface PatternFinding {
  readonly name: string;
  readonly change: Exclude<Change, 'unchanged'>;
  readonly example: string | null;
  readonly why: string | null;
  readonly oldIndex: number | null;
  readonly nextIndex: number | null;
}

/** More pairs of patterns than this are not looked at one by one. */
const MAX_PAIRS = 4096;

/**
 * What two lists of patterns redact, compared by two languages of each pattern: the texts in which it finds
 * something, and the texts that it takes whole. Where these don't tell all (a match may end early, or
 * another pattern takes a part of it first) the answer is `unknown`.
 */
export function diffPatternLists(
  store: LanguageStore,
  old: readonly RedactionPattern[],
  next: readonly RedactionPattern[],
): readonly PatternFinding[] {
  if (old.length === next.length && old.every((pattern, at) => isTwin(pattern, next[at]))) return [];
  if (old.length * next.length > MAX_PAIRS) return [tooMany(old)];
  return [
    ...old.flatMap((pattern, at): PatternFinding[] => {
      const twin = next.find((other) => isTwin(pattern, other));
      const loss =
        (twin === undefined ? findLoss(store, pattern, next) : undefined) ??
        findOvertaking(store, pattern, old.slice(0, at), next) ??
        findSwap(pattern, old.slice(at + 1), next);
      if (loss === undefined) return [];
      const { kind, example, why } = loss;
      const change = kind === 'shown' ? 'widened' : 'unknown';
      return [
        { name: pattern.name, change, example, why, oldIndex: pattern.index, nextIndex: twin?.index ?? null },
      ];
    }),
    ...next.flatMap((pattern): PatternFinding[] => {
      if (old.some((other) => isTwin(pattern, other))) return [];
      const gain = findLoss(store, pattern, old);
      if (gain === undefined) return [];
      const { kind, example, why } = gain;
      const change = kind === 'undecided' ? 'unknown' : 'narrowed';
      return [{ name: pattern.name, change, example, why, oldIndex: null, nextIndex: pattern.index }];
    }),
  ];
}

/** Whether both redact the same. */
function isTwin(a: RedactionPattern, b: RedactionPattern | undefined): boolean {
  return a.source === b?.source || a.program === b?.program;
}

function tooMany(old: readonly RedactionPattern[]): PatternFinding {
  const why = `more than ${MAX_PAIRS} pairs of patterns`;
  return { name: old[0]?.name ?? '', change: 'unknown', example: null, why, oldIndex: null, nextIndex: null };
}

/** What a pattern redacts and a list of others does not: shown, possible, or undecided. */
interface Loss {
  readonly kind: 'shown' | 'possible' | 'undecided';
  readonly example: string | null;
  readonly why: string | null;
}

function findLoss(
  store: LanguageStore,
  pattern: RedactionPattern,
  others: readonly RedactionPattern[],
): Loss | undefined {
  const sources = others.map(({ source }) => source);
  const asWhole = whole(pattern.source);
  for (const answer of [
    holdsAll(store, pattern.source, sources),
    holdsAll(store, asWhole, sources.map(whole)),
  ]) {
    if (answer.answer === 'no') return { kind: 'shown', example: answer.example, why: null };
    if (answer.answer === 'unknown') return { kind: 'undecided', example: null, why: answer.why };
  }
  const vague = others.find(
    ({ source }) =>
      !endsOneWay(store, source) && store.find({ in: [asWhole, whole(source)], notIn: [] }).kind !== 'none',
  );
  if (vague === undefined) return undefined;
  const why = `\`${vague.name}\` finds the same texts, but may redact less of them`;
  return { kind: 'possible', example: null, why };
}

/**
 * Patterns apply one after another: of what one has replaced a part, the next may not find the rest. Looks
 * for a text that the pattern would take whole, and that the first of the list to find something in it
 * takes in part.
 */
function findOvertaking(
  store: LanguageStore,
  pattern: RedactionPattern,
  before: readonly RedactionPattern[],
  next: readonly RedactionPattern[],
): Loss | undefined {
  const taken: string[] = [];
  for (const by of next) {
    if (isTwin(by, pattern)) return undefined;
    if (!before.some((other) => isTwin(other, by))) {
      const found = store.find({
        in: [whole(pattern.source), by.source],
        notIn: [...takenWhole(store, by.source), ...taken],
      });
      if (found.kind !== 'none') {
        const example = found.kind === 'found' ? found.text : null;
        const why = `\`${by.name}\` now comes first, and may take a part of what \`${pattern.name}\` took whole`;
        return { kind: 'possible', example, why };
      }
    }
    taken.push(...takenWhole(store, by.source));
  }
  return undefined;
}

/**
 * What came behind the pattern and now comes before it. Matches of both may overlap without one holding the
 * other.
 */
function findSwap(
  pattern: RedactionPattern,
  behind: readonly RedactionPattern[],
  next: readonly RedactionPattern[],
): Loss | undefined {
  const at = next.findIndex((other) => isTwin(pattern, other));
  const by = next.slice(0, Math.max(at, 0)).find((other) => behind.some((one) => isTwin(one, other)));
  if (by === undefined) return undefined;
  const why = `\`${by.name}\` now comes before \`${pattern.name}\`, and matches of both may overlap`;
  return { kind: 'possible', example: null, why };
}

/** Matches the texts that the pattern can take from start to end. */
function whole(source: string): string {
  return wrap('\\A', source, '\\z');
}

/** Puts the pattern in a group; one that ends inside of a quotation (`\Q` without `\E`) is closed first. */
function wrap(before: string, source: string, after: string): string {
  const wrapped = `${before}(?:${source})${after}`;
  return parsePattern(wrapped).ok ? wrapped : `${before}(?:${source}\\E)${after}`;
}

/** Patterns of texts that the pattern takes from start to end for certain, in one match or in several. */
function takenWhole(store: LanguageStore, source: string): readonly string[] {
  if (neverGoesOn(store, source)) return [wrap('\\A', source, '+\\z')];
  return endsOneWay(store, source) ? [whole(source)] : [];
}

/**
 * Whether a match of the pattern is as long as it could be: where no match goes on to a longer one, or by
 * greed alone.
 */
function endsOneWay(store: LanguageStore, source: string): boolean {
  const parsed = parsePattern(source);
  return (parsed.ok && isGreedy(parsed.pattern.root)) || neverGoesOn(store, source);
}

/** Whether no text that the pattern takes whole begins with another such text. */
function neverGoesOn(store: LanguageStore, source: string): boolean {
  return store.find({ in: [whole(source), wrap('\\A', source, '(?s:.+)\\z')], notIn: [] }).kind === 'none';
}

function isGreedy(node: PatternNode): boolean {
  switch (node.type) {
    case 'alternate':
      return false;
    case 'repeat':
      return node.greedy && isGreedy(node.item);
    case 'concat':
      return node.items.every(isGreedy);
    case 'group':
      return isGreedy(node.item);
    case 'empty':
    case 'char':
    case 'assertion':
      return true;
  }
}
