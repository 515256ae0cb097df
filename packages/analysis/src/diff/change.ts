/**
 * How the next policy compares to the old one; `moved` is both wider and narrower, `unknown` counts as
 * wider.
 */
export type Change = 'unchanged' | 'widened' | 'narrowed' | 'moved' | 'unknown';

/** Whether a gate should stop at the change: where it can't be told, it is taken for the worst. */
export function countsAsWidening(change: Change): boolean {
  return change === 'widened' || change === 'moved' || change === 'unknown';
}

/** What several changes are together. */
export function combineChanges(changes: Iterable<Change>): Change {
  const all = new Set(changes);
  const wider = all.has('widened') || all.has('moved');
  const narrower = all.has('narrowed') || all.has('moved');
  if (wider) return narrower ? 'moved' : 'widened';
  if (all.has('unknown')) return 'unknown';
  return narrower ? 'narrowed' : 'unchanged';
}

/** What the change is with old and next exchanged. */
export function mirrorChange(change: Change): Change {
  switch (change) {
    case 'widened':
      return 'narrowed';
    case 'narrowed':
      return 'widened';
    case 'unchanged':
    case 'moved':
    case 'unknown':
      return change;
  }
}
