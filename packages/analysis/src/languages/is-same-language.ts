import type { AnalysisBudget } from './budget.ts';
import { createLanguageStore, type LanguageStore } from './language-store.ts';

/** The answer to a yes-or-no question; `unknown` where the budget does not suffice. */
export type Answer =
  | { readonly answer: 'yes' }
  | { readonly answer: 'no'; readonly example: string }
  | { readonly answer: 'unknown'; readonly why: string };

/**
 * Whether two patterns match the same texts; the example is a shortest text that only one of them matches.
 * @throws AnalysisError `bad-pattern` where one is no pattern.
 */
export function isSameLanguage(a: string, b: string, budget?: Partial<AnalysisBudget>): Answer {
  const store = createLanguageStore(budget);
  const inside = holdsAll(store, a, [b]);
  return inside.answer === 'yes' ? holdsAll(store, b, [a]) : inside;
}

/** Whether each text that `inner` matches is matched by one of `outer`. */
export function holdsAll(store: LanguageStore, inner: string, outer: readonly string[]): Answer {
  if (outer.includes(inner)) return { answer: 'yes' };
  const found = store.find({ in: [inner], notIn: outer });
  switch (found.kind) {
    case 'none':
      return { answer: 'yes' };
    case 'found':
      return { answer: 'no', example: found.text };
    case 'unknown':
      return { answer: 'unknown', why: found.why };
  }
}
