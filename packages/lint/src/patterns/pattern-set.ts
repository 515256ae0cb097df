import type { Pattern } from '@agentpolicy/regex';

export type Answer = 'yes' | 'no' | 'unknown';

/** The set of texts that a pattern accepts. Questions that pass the limits are answered with `unknown`. */
export interface PatternSet {
  isEmpty(): Answer;
  isUniversal(): Answer;
  /** A shortest readable text of the set. */
  findExample(): string | undefined;
  /** A shortest readable text of both sets. */
  findCommon(other: PatternSet): string | undefined;
  isWithin(other: PatternSet): Answer;
}

export function createPatternSet(_pattern: Pattern): PatternSet {
  return {
    isEmpty: () => 'unknown',
    isUniversal: () => 'unknown',
    findExample: () => undefined,
    findCommon: () => undefined,
    isWithin: () => 'unknown',
  };
}
