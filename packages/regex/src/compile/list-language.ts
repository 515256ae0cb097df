import type { Alphabet } from '../match/alphabet.ts';
import type { Constant } from './constants.ts';
import { DEAD, type Dfa, MATCHED } from './determinize.ts';

const MAX_STRINGS = 64;
const MAX_PREFIXES = 8;
const MAX_LENGTH = 256;
const MAX_STEPS = 4_000;

/**
 * Reads constants off a minimal automaton, however the pattern was written: a finite language is a set of
 * strings, an automaton that has matched after one of a few strings, and never otherwise, is a set of
 * prefixes. `before` stands before whatever the automaton reads.
 */
export function listLanguage(dfa: Dfa, alphabet: Alphabet, before: string): Constant | undefined {
  if (before.length > MAX_LENGTH) return undefined;
  const characters = listClassCharacters(alphabet);
  const exact: string[] = [];
  const prefixes: string[] = [];
  let steps = 0;
  const stack: { state: number; text: string }[] = [{ state: dfa.start, text: before }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { state, text } = top;
    if (state === DEAD) continue;
    if (state === MATCHED) {
      prefixes.push(text);
      continue;
    }
    if (++steps > MAX_STEPS || text.length > MAX_LENGTH) return undefined;
    const base = state * (dfa.classes + 1);
    if (dfa.table[base + dfa.classes] === 1) exact.push(text);
    if (exact.length > 0 && prefixes.length > 0) return undefined;
    if (exact.length > MAX_STRINGS || prefixes.length > MAX_PREFIXES) return undefined;
    for (let cls = 0; cls < dfa.classes; cls++) {
      const target = dfa.table[base + cls] ?? 0;
      if (target === DEAD) continue;
      const members = characters[cls];
      if (members === undefined) return undefined;
      for (const char of members) stack.push({ state: target, text: text + char });
    }
    if (stack.length > MAX_STEPS) return undefined;
  }
  if (exact.length > 0 && prefixes.length === 0 && exact.length <= MAX_STRINGS) {
    return { engine: 'set', strings: exact.sort() };
  }
  if (prefixes.length > 0 && exact.length === 0 && prefixes.length <= MAX_PREFIXES) {
    return { engine: 'prefix', strings: prefixes.sort() };
  }
  return undefined;
}

/**
 * The characters of each class that has at most four; U+FFFD, which lone surrogates also are, cannot be
 * listed.
 */
function listClassCharacters(alphabet: Alphabet): readonly (readonly string[] | undefined)[] {
  const out: (string[] | undefined)[] = Array.from({ length: alphabet.size }, () => []);
  alphabet.starts.forEach((start, i) => {
    const cls = alphabet.classes[i] ?? 0;
    const end = alphabet.starts[i + 1] ?? 0x110000;
    const members = out[cls];
    if (members === undefined) return;
    if (members.length + end - start > 4 || (start <= 0xfffd && end > 0xfffd)) {
      out[cls] = undefined;
      return;
    }
    for (let code = start; code < end; code++) members.push(String.fromCodePoint(code));
  });
  return out;
}
