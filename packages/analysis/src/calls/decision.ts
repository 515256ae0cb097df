/** What is decided about a call, from the strictest to the most open. */
export const DECISIONS = ['block', 'ask', 'allow'] as const;

export type Decision = (typeof DECISIONS)[number];

/** Positive where `a` is the more open of the two. */
export function compareDecisions(a: Decision, b: Decision): number {
  return DECISIONS.indexOf(a) - DECISIONS.indexOf(b);
}
