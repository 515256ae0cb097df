import { Alphabet } from '../match/alphabet.ts';
import type { Dfa } from './determinize.ts';

/**
 * Merges classes that no state tells apart any more (after minimisation there are often some), numbered
 * again by their first code point.
 */
export function mergeClasses(
  dfa: Dfa,
  alphabet: Alphabet,
): { readonly dfa: Dfa; readonly alphabet: Alphabet } {
  const { classes, states, table } = dfa;
  const width = classes + 1;
  const ids = new Map<string, number>();
  const columns: number[] = [];
  const merged = new Int32Array(classes).fill(-1);
  const starts: number[] = [];
  const kept: number[] = [];
  alphabet.starts.forEach((start, i) => {
    const cls = alphabet.classes[i] ?? 0;
    if (merged[cls] === -1) {
      let key = '';
      for (let state = 0; state < states; state++) key += `${table[state * width + cls] ?? 0},`;
      const id = ids.get(key) ?? ids.size;
      if (id === ids.size) {
        ids.set(key, id);
        columns.push(cls);
      }
      merged[cls] = id;
    }
    if (kept.at(-1) === merged[cls]) return;
    starts.push(start);
    kept.push(merged[cls] ?? 0);
  });
  if (columns.length === classes) return { dfa, alphabet };
  const made: number[] = [];
  for (let state = 0; state < states; state++) {
    for (const cls of columns) made.push(table[state * width + cls] ?? 0);
    made.push(table[state * width + classes] ?? 0);
  }
  return {
    dfa: { classes: columns.length, states, start: dfa.start, table: Int32Array.from(made) },
    alphabet: new Alphabet(starts, kept, columns.length),
  };
}
