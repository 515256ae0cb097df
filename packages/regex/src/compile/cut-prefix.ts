import type { Alphabet } from '../match/alphabet.ts';
import { DEAD, type Dfa, MATCHED } from './determinize.ts';
import { mergeClasses } from './merge-classes.ts';
import { startFrom } from './minimize.ts';

/**
 * Takes the string that every matching text starts with off a minimal automaton: the chain of states that
 * have one way on. What is left only depends on the texts that may follow, so that patterns which differ in
 * their prefix alone have the same automaton.
 */
export function cutPrefix(
  dfa: Dfa,
  alphabet: Alphabet,
): { readonly prefix: string; readonly dfa: Dfa; readonly alphabet: Alphabet } {
  const { classes, table } = dfa;
  const width = classes + 1;
  const singles = alphabet.singles();
  // Joined at the end: a string that is put together piece by piece stays in pieces.
  const chars: string[] = [];
  let state = dfa.start;
  while (state !== MATCHED && table[state * width + classes] === 0) {
    const only = findOnly(table.subarray(state * width, state * width + classes));
    const char = only === undefined ? undefined : singles[only];
    if (only === undefined || char === undefined) break;
    chars.push(char);
    state = table[state * width + only] ?? DEAD;
  }
  if (chars.length === 0) return { prefix: '', dfa, alphabet };
  return { prefix: chars.join(''), ...mergeClasses(startFrom(dfa, state), alphabet) };
}

/** The one class that is not refused; undefined where there are several. */
function findOnly(row: Int32Array): number | undefined {
  const first = row.findIndex((target) => target !== DEAD);
  const last = row.findLastIndex((target) => target !== DEAD);
  return first === last && first >= 0 ? first : undefined;
}
