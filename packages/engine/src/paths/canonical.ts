import { decodePercents } from './percent.ts';

const NON_ASCII = /[\u0080-\uffff]/;
/** Characters that are not seen: some file systems leave them out of names when they compare. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
/** Marks that combine with what stands before them, thirty-two at a time. */
const LONG_MARKS = /[\p{M}\uff9e\uff9f]{32}/gu;

/**
 * The form in which paths are compared: NFKC without invisible characters and, where `foldCase` says so,
 * without case. One character may become several: never compare offsets with the source.
 */
export function canonicalize(text: string, foldCase: boolean): string {
  if (!NON_ASCII.test(text)) return foldCase ? text.toLowerCase() : text;
  const plain = normalizeLinearly(text).replace(INVISIBLE, '');
  // Folding can undo the normal form and removing can bring marks together: normalize once more.
  return normalizeLinearly(foldCase ? fold(plain) : plain);
}

/**
 * Upper and then lower case bring together what only one of them does (`ß` and `ẞ`, the three sigmas);
 * the lower case of a final sigma depends on its neighbours and is undone.
 */
function fold(text: string): string {
  return text.toUpperCase().toLowerCase().replaceAll('ς', 'σ');
}

/**
 * NFKC sorts a run of combining marks in quadratic time: no run longer than thirty-two is given to it whole.
 * No name that a person writes has one.
 */
function normalizeLinearly(text: string): string {
  let result = '';
  let from = 0;
  for (const run of text.matchAll(LONG_MARKS)) {
    const to = run.index + run[0].length;
    result += text.slice(from, to).normalize('NFKC');
    from = to;
  }
  return from === 0 ? text.normalize('NFKC') : result + text.slice(from).normalize('NFKC');
}

/**
 * The canonical forms of a text: as it stands, and with percent-encoding undone until nothing changes.
 * A round of decoding and normalization that uncovers a further encoding (a fullwidth percent sign that was
 * itself encoded) takes nine characters for one, so the rounds are few: at most the logarithm of the length.
 */
export function canonicalForms(text: string, foldCase: boolean): readonly string[] {
  const raw = canonicalize(text, foldCase);
  let decoded = raw;
  for (;;) {
    const bare = decodePercents(decoded);
    if (bare === decoded) break;
    decoded = canonicalize(bare, foldCase);
  }
  return decoded === raw ? [raw] : [raw, decoded];
}
