import type { Diagnostic, TextEdit } from '@agentpolicy/core';

/** `safe` fixes never let a policy permit more; `unsafe` allows those too that nobody can vouch for. */
export type FixSafety = 'safe' | 'unsafe';

/** A fix that can be applied, and the name by which it is known again in the next round. */
export interface ChosenFix {
  readonly code: string;
  readonly name: string;
  readonly edits: readonly TextEdit[];
}

/** The first fix of each finding that the safety allows, in the order of the findings. */
export function listFixes(
  diagnostics: readonly Diagnostic[],
  safety: FixSafety,
  isExcluded: (name: string) => boolean,
): readonly ChosenFix[] {
  return diagnostics.flatMap(({ code, fixes, location }): readonly ChosenFix[] => {
    const fix = fixes.find(
      (each) => each.edits.length > 0 && (safety === 'unsafe' || each.safety === 'safe'),
    );
    if (fix === undefined) return [];
    const name = JSON.stringify([code, location.pointer, fix.title, fix.edits.map(({ newText }) => newText)]);
    return isExcluded(name) ? [] : [{ code, name, edits: fix.edits }];
  });
}

/**
 * Picks fixes that can be applied together. A fix that takes lines away may rely on another entry that another such
 * fix takes away (each says that the other is enough), so only removals of one rule go together, and alone.
 */
export function chooseTogether(text: string, fixes: readonly ChosenFix[]): readonly ChosenFix[] {
  const isRemoval = ({ edits }: ChosenFix): boolean =>
    edits.some(({ start, end }) => text.slice(start, end).includes('\n'));
  const changes = fixes.filter((fix) => !isRemoval(fix));
  if (changes.length > 0) return withoutOverlaps(changes);
  return withoutOverlaps(fixes.filter(({ code }) => code === fixes[0]?.code));
}

/** Edits that only touch count as overlapping: which of two insertions comes first would be chance. */
function withoutOverlaps(fixes: readonly ChosenFix[]): readonly ChosenFix[] {
  const taken: TextEdit[] = [];
  return fixes.filter(({ edits }) => {
    const overlaps = edits.some((edit) =>
      taken.some(
        (other) => edit.start <= other.end && other.start <= edit.end && !areNeighbours(edit, other),
      ),
    );
    if (!overlaps) taken.push(...edits);
    return !overlaps;
  });
}

/** Two whole lines below each other touch without having anything to do with each other. */
function areNeighbours(a: TextEdit, b: TextEdit): boolean {
  return a.newText === '' && b.newText === '' && (a.end === b.start || b.end === a.start);
}
