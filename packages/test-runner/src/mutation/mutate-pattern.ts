/** A change of a pattern as a hurried hand would make it. */
export interface PatternMutation {
  readonly operator: 'drop-anchor' | 'widen-class' | 'unescape-dot';
  readonly pattern: string;
}

/** Of a pattern with many classes, as many are widened. */
const MAX_PLACES = 8;

/** What could go wrong with a pattern: an anchor is dropped, a class or an escaped dot becomes any character. */
export function mutatePattern(pattern: string): readonly PatternMutation[] {
  return [...dropAnchors(pattern), ...widen(pattern)];
}

function dropAnchors(pattern: string): PatternMutation[] {
  const found: PatternMutation[] = [];
  const drop = (start: number, end: number): void => {
    found.push({ operator: 'drop-anchor', pattern: pattern.slice(0, start) + pattern.slice(end) });
  };
  if (pattern.startsWith('^')) drop(0, 1);
  else if (pattern.startsWith('\\A')) drop(0, 2);
  if (pattern.endsWith('$') && !isEscaped(pattern, pattern.length - 1))
    drop(pattern.length - 1, pattern.length);
  else if (pattern.endsWith('\\z') && !isEscaped(pattern, pattern.length - 2))
    drop(pattern.length - 2, pattern.length);
  return found;
}

function isEscaped(pattern: string, at: number): boolean {
  let backslashes = 0;
  while (pattern[at - 1 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 1;
}

function widen(pattern: string): PatternMutation[] {
  const found: PatternMutation[] = [];
  for (let at = 0; at < pattern.length && found.length < MAX_PLACES; at++) {
    const rest = (end: number): string => `${pattern.slice(0, at)}.${pattern.slice(end)}`;
    if (pattern[at] === '\\') {
      if (pattern[at + 1] === '.') found.push({ operator: 'unescape-dot', pattern: rest(at + 2) });
      at++;
    } else if (pattern[at] === '[') {
      const end = findClassEnd(pattern, at);
      if (end === -1) break;
      found.push({ operator: 'widen-class', pattern: rest(end) });
      at = end - 1;
    }
  }
  return found;
}

/** Behind the bracket that closes the class which opens at `open`; -1 where none does. */
function findClassEnd(pattern: string, open: number): number {
  let at = open + 1;
  if (pattern[at] === '^') at++;
  // A bracket that stands first is a member of the class.
  if (pattern[at] === ']') at++;
  for (; at < pattern.length; at++) {
    if (pattern[at] === '\\') at++;
    else if (pattern.startsWith('[:', at)) at = Math.max(at, pattern.indexOf(':]', at) + 1);
    else if (pattern[at] === ']') return at + 1;
  }
  return -1;
}
