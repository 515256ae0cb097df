import { DOLLAR, DOT, isBoundary, isDelimiter, PERCENT, TILDE, unitAt } from './characters.ts';

/** A word that stands for a directory, as shells write it. */
export interface PlaceWord {
  readonly place: 'home' | 'cwd';
  readonly length: number;
}

/** In lower case: they are compared without case, because some shells do. */
const WORDS: readonly (readonly [string, PlaceWord['place']])[] = [
  ['$home', 'home'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what a shell expands
  ['${home}', 'home'],
  ['$env:home', 'home'],
  ['$env:userprofile', 'home'],
  ['%userprofile%', 'home'],
  ['%home%', 'home'],
  ['$pwd', 'cwd'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what a shell expands
  ['${pwd}', 'cwd'],
  ['%cd%', 'cwd'],
];

/** The word for the home or working directory that begins here, where a path may go on behind it. */
export function findPlaceWord(text: string, at: number): PlaceWord | null {
  const unit = unitAt(text, at);
  if (unit === TILDE) {
    if (text.startsWith('~+', at) && isBoundary(unitAt(text, at + 2))) return { place: 'cwd', length: 2 };
    return isBoundary(unitAt(text, at + 1)) ? { place: 'home', length: 1 } : null;
  }
  if (unit !== DOLLAR && unit !== PERCENT) return null;
  const here = text.slice(at, at + 16).toLowerCase();
  for (const [word, place] of WORDS) {
    if (here.startsWith(word) && isBoundary(unitAt(text, at + word.length)))
      return { place, length: word.length };
  }
  return null;
}

const CLOSING = ')]}';
const POSTFIX = '?!*';

/**
 * The delimiter here holds a name with a dot to what stands before it: `load().env`, `process?.env` and
 * `rows[0].git` are members of something, not files.
 */
export function holdsMember(text: string, at: number): boolean {
  if (unitAt(text, at + 1) !== DOT) return false;
  const afterDot = unitAt(text, at + 2);
  if (afterDot === DOT || isBoundary(afterDot)) return false;
  const unit = text.charAt(at);
  if (CLOSING.includes(unit)) return true;
  if (!POSTFIX.includes(unit) || at === 0) return false;
  return (
    !isBoundary(unitAt(text, at - 1)) ||
    (isDelimiter(unitAt(text, at - 1)) && CLOSING.includes(text.charAt(at - 1)))
  );
}
