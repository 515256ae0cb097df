import type { CharNode, Pattern, PatternNode } from '@agentpolicy/regex';

/** Characters that read well in an example, the first that fits is taken. */
const FRIENDLY = 'axbcdefghijklmnopqrstuvwyzA0123456789_-/. BCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Longer examples help nobody. */
const MAX_LENGTH = 2_000;

/**
 * Writes a short text after the pattern's syntax tree: the first option, the fewest repeats, a readable
 * character of each class. It looks at no assertion, so whoever uses it checks that the pattern accepts it.
 * `option` chooses another alternative at each alternation.
 */
export function makeExample(pattern: Pattern, option = 0): string | undefined {
  const parts: string[] = [];
  let length = 0;

  function write(node: PatternNode): boolean {
    switch (node.type) {
      case 'empty':
      case 'assertion':
        return true;
      case 'char': {
        const character = pickCharacter(node);
        if (character === undefined) return false;
        parts.push(character);
        length += character.length;
        return length <= MAX_LENGTH;
      }
      case 'concat':
        return node.items.every(write);
      case 'alternate': {
        const chosen = node.options[Math.min(option, node.options.length - 1)];
        return chosen === undefined || write(chosen);
      }
      case 'group':
        return write(node.item);
      case 'repeat': {
        for (let count = 0; count < node.min; count++) if (!write(node.item)) return false;
        return true;
      }
    }
  }
  return write(pattern.root) ? parts.join('') : undefined;
}

function pickCharacter(node: CharNode): string | undefined {
  const { set } = node;
  const [first, last] = set;
  if (first === undefined || last === undefined) return undefined;
  if (set.length === 2 && first === last) return String.fromCodePoint(first);
  for (const character of FRIENDLY) if (isMember(set, character.codePointAt(0) ?? 0)) return character;
  for (let at = 0; at + 1 < set.length; at += 2) {
    const from = Math.max(set[at] ?? 0, 0x21);
    if (from <= (set[at + 1] ?? 0)) return String.fromCodePoint(from);
  }
  return String.fromCodePoint(first);
}

function isMember(set: readonly number[], codePoint: number): boolean {
  for (let at = 0; at + 1 < set.length; at += 2) {
    if (codePoint < (set[at] ?? 0)) return false;
    if (codePoint <= (set[at + 1] ?? 0)) return true;
  }
  return false;
}
