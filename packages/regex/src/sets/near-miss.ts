import { widthAt } from '../match/alphabet.ts';
import { findWitness, type WitnessLimits } from './find-witness.ts';
import { DEAD_STATE, type Language, MATCHED_STATE } from './language.ts';

/** Characters that an edit may put in. */
const EDITS = ['x', 'X', '0', '-', '.', '/', ' ', '!', '\n'];

/**
 * A text that just fails to match: a shortest text that matches, with one character added, taken away or
 * replaced. Undefined where there is none, or where the budget does not suffice to find one.
 */
export function findNearMiss(language: Language, limits?: Partial<WitnessLimits>): string | undefined {
  const found = findWitness({ in: [language] }, limits);
  if (found.kind !== 'found') return undefined;
  const chars = [...found.text];
  for (const candidate of listEdits(chars)) {
    if (isMember(language, candidate) === false) return candidate;
  }
  const other = findWitness({ notIn: [language] }, limits);
  return other.kind === 'found' ? other.text : undefined;
}

/** One edit each, the end first: that is where patterns are most often too loose. */
function* listEdits(chars: readonly string[]): Generator<string> {
  for (const edit of EDITS) yield [...chars, edit].join('');
  for (const edit of EDITS) yield [edit, ...chars].join('');
  for (let at = chars.length - 1; at >= 0; at--) {
    yield chars.toSpliced(at, 1).join('');
    for (const edit of EDITS) if (edit !== chars[at]) yield chars.with(at, edit).join('');
  }
}

/** Whether a text is a member, or undefined where the budget of states is used up. */
export function isMember(language: Language, text: string): boolean | undefined {
  let state = language.start;
  for (let i = 0; i < text.length && state !== DEAD_STATE && state !== MATCHED_STATE; i += widthAt(text, i)) {
    const next = language.next(state, language.alphabet.classAt(text, i));
    if (next === undefined) return undefined;
    state = next;
  }
  return language.accepts(state);
}
