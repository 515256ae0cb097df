import type { Judge } from '../judge/judgement.ts';
import { applyEdits } from './apply-edits.ts';
import { type ChosenFix, chooseTogether, type FixSafety, listFixes } from './choose-fixes.ts';

/** More rounds than fixes ever need: one fix rarely makes room for a second, and never for a hundredth. */
const MAX_ROUNDS = 100;

export interface FixedText {
  readonly text: string;
  /** How many fixes were applied. */
  readonly applied: number;
}

/**
 * Applies fixes in rounds, each judged anew, until none is left. A fix after which a policy could not be read any
 * more is not applied, and neither is one that leads back to a text that was there before; their findings stay.
 */
export function fixText(text: string, judge: Judge, safety: FixSafety): FixedText {
  const seen = new Set([text]);
  const refused = new Set<string>();
  let current = text;
  let applied = 0;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { diagnostics, readable } = judge(current);
    const fixes = chooseTogether(
      current,
      listFixes(diagnostics, safety, (name) => refused.has(name)),
    );
    if (fixes.length === 0) break;
    const accepts = (fixed: string): boolean => !seen.has(fixed) && (!readable || judge(fixed).readable);
    const done = applyAccepted(current, fixes, accepts, refused);
    current = done.text;
    applied += done.applied;
    seen.add(current);
  }
  return { text: current, applied };
}

/** All fixes at once; where that is not accepted, the first alone that is, and the others in a later round. */
function applyAccepted(
  text: string,
  fixes: readonly ChosenFix[],
  accepts: (fixed: string) => boolean,
  refused: Set<string>,
): FixedText {
  const together = applyEdits(
    text,
    fixes.flatMap(({ edits }) => edits),
  );
  if (accepts(together)) return { text: together, applied: fixes.length };
  for (const { name, edits } of fixes) {
    const alone = applyEdits(text, edits);
    if (accepts(alone)) return { text: alone, applied: 1 };
    refused.add(name);
  }
  return { text, applied: 0 };
}
