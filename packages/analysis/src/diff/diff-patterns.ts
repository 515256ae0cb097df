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

/** More swapped pairs than this are not looked at one by one. */
const MAX_SWAPS = 64;

/**
 * What two lists of patterns redact, compared by two languages of each pattern: the texts in which it finds something, and the texts that
 * it takes whole. Where a match may end earlier than it could (lazy repeats, alternatives), these don't tell all: that is `unknown`.
 */
export function diffPatternLists(
  store: LanguageStore,
  old: readonly RedactionPattern[],
  next: readonly RedactionPattern[],
): readonly PatternFinding[] {
  const isTwin = (a: RedactionPattern, b: RedactionPattern): boolean =>
    a.source === b.source || a.program === b.program;
  const lost = old.filter((pattern) => !next.some((other) => isTwin(pattern, other)));
  const gained = next.filter((pattern) => !old.some((other) => isTwin(pattern, other)));
  return [
    ...lost.flatMap((pattern) => {
      const loss = findLoss(store, pattern, next);
      return loss === undefined ? [] : [toFinding(pattern, loss, 'old')];
    }),
    ...gained.flatMap((pattern) => {
      const gain = findLoss(store, pattern, old);
      return gain === undefined ? [] : [toFinding(pattern, gain, 'next')];
    }),
    ...diffOrder(store, old, next, isTwin),
  ];
}

/** What a pattern redacts and a list of others does not: shown, possible, or undecided. */
interface Loss {
  readonly kind: 'shown' | 'possible' | 'undecided';
  readonly example: string | null;
  readonly why: string | null;
}

function toFinding(pattern: RedactionPattern, loss: Loss, side: 'old' | 'next'): PatternFinding {
  const { name, index } = pattern;
  const { kind, example, why } = loss;
  const change =
    side === 'old'
      ? kind === 'shown'
        ? 'widened'
        : 'unknown'
      : kind === 'undecided'
        ? 'unknown'
        : 'narrowed';
  const [oldIndex, nextIndex] = side === 'old' ? [index, null] : [null, index];
  return { name, change, example, why, oldIndex, nextIndex };
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

/** Matches the texts that the pattern takes from start to end. */
function whole(source: string): string {
  return `\\A(?:${source})\\z`;
}

/** Whether a match of the pattern is as long as it could be: where no match goes on to a longer one, or by greed alone. */
function endsOneWay(store: LanguageStore, source: string): boolean {
  const parsed = parsePattern(source);
  if (parsed.ok && isGreedy(parsed.pattern.root)) return true;
  return store.find({ in: [whole(source), `\\A(?:${source})(?s:.+)\\z`], notIn: [] }).kind === 'none';
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

/** Patterns apply one after another: what one has replaced, the next can't find. */
function diffOrder(
  store: LanguageStore,
  old: readonly RedactionPattern[],
  next: readonly RedactionPattern[],
  isTwin: (a: RedactionPattern, b: RedactionPattern) => boolean,
): readonly PatternFinding[] {
  const kept = old.flatMap((pattern) => {
    const at = next.findIndex((other) => isTwin(pattern, other));
    const twin = next[at];
    return twin === undefined ? [] : [{ pattern, at, twin }];
  });
  const swaps = kept.flatMap((first, index) =>
    kept.slice(index + 1).flatMap((second) => (second.at < first.at ? [{ first, second }] : [])),
  );
  const looked = swaps.slice(0, MAX_SWAPS);
  for (const { first, second } of looked) {
    // Now the second comes first, and may take a part out of what the first would have taken whole.
    const loss = store.find({
      in: [whole(first.pattern.source), second.pattern.source],
      notIn: [whole(second.pattern.source)],
    });
    if (loss.kind === 'none') continue;
    const example = loss.kind === 'found' ? loss.text : null;
    const why = `\`${second.pattern.name}\` is now applied before \`${first.pattern.name}\``;
    return [
      {
        name: first.pattern.name,
        change: loss.kind === 'found' ? 'widened' : 'unknown',
        example,
        why,
        oldIndex: first.pattern.index,
        nextIndex: first.twin.index,
      },
    ];
  }
  const [swap] = swaps;
  if (swap === undefined) return [];
  const { pattern, twin } = swap.first;
  const why = `\`${swap.second.pattern.name}\` is now applied before \`${pattern.name}\`, and matches of both may overlap`;
  const { name, index: oldIndex } = pattern;
  return [{ name, change: 'unknown', example: null, why, oldIndex, nextIndex: twin.index }];
}
