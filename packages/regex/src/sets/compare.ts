import { findWitness, type WitnessLimits, type WitnessQuery } from './find-witness.ts';
import type { Language } from './language.ts';

/** The answer to a question about languages; a `no` comes with a text that shows it. */
export type Verdict =
  | { readonly answer: 'yes' }
  | { readonly answer: 'no'; readonly witness: string }
  | { readonly answer: 'unknown'; readonly why: string };

function holdsUnless(query: WitnessQuery, limits: Partial<WitnessLimits> | undefined): Verdict {
  const found = findWitness(query, limits);
  switch (found.kind) {
    case 'none':
      return { answer: 'yes' };
    case 'found':
      return { answer: 'no', witness: found.text };
    case 'unknown':
      return { answer: 'unknown', why: found.why };
  }
}

/** Whether the pattern matches no text; the witness is a text that it matches. */
export function isEmpty(language: Language, limits?: Partial<WitnessLimits>): Verdict {
  return holdsUnless({ in: [language] }, limits);
}

/** Whether the pattern matches every text; the witness is a text that it does not match. */
export function matchesEverything(language: Language, limits?: Partial<WitnessLimits>): Verdict {
  return holdsUnless({ notIn: [language] }, limits);
}

/** Whether every text of `inner` is one of `outer`; the witness is in `inner` only. */
export function isSubset(inner: Language, outer: Language, limits?: Partial<WitnessLimits>): Verdict {
  return holdsUnless({ in: [inner], notIn: [outer] }, limits);
}

/** Whether no text is in both; the witness is in both. */
export function areDisjoint(a: Language, b: Language, limits?: Partial<WitnessLimits>): Verdict {
  return holdsUnless({ in: [a, b] }, limits);
}

/** Whether both hold the same texts; the witness is in one of them only. */
export function areEquivalent(a: Language, b: Language, limits?: Partial<WitnessLimits>): Verdict {
  const inside = isSubset(a, b, limits);
  return inside.answer === 'yes' ? isSubset(b, a, limits) : inside;
}
