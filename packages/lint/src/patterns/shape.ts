import type { CharNode, Pattern, PatternNode } from '@agentpolicy/regex';

/**
 * What a pattern's syntax tree tells at a glance. These are answers about how it is written; what it
 * matches is the automaton's to say.
 */

/** Every way through the pattern starts at the start of the text (`^` or `\A`). */
export function isAnchoredAtStart(node: PatternNode): boolean {
  return everyEdge(node, 'start', (edge) => edge.type === 'assertion' && edge.kind === 'begin-text');
}

/** Every way through the pattern ends at the end of the text (`$` or `\z`). */
export function isAnchoredAtEnd(node: PatternNode): boolean {
  return everyEdge(node, 'end', (edge) => edge.type === 'assertion' && edge.kind === 'end-text');
}

/** The pattern starts with `.*` or the like: its author says that anything may stand before. */
export function isOpenAtStart(node: PatternNode): boolean {
  return everyEdge(node, 'start', isWideRepeat);
}

/** The pattern ends with `.*` or the like: its author says that anything may follow. */
export function isOpenAtEnd(node: PatternNode): boolean {
  return everyEdge(node, 'end', isWideRepeat);
}

/** The characters that the pattern ends with, on every way through it, where they are literal. */
export function endsWithOneOf(node: PatternNode, characters: string): boolean {
  return everyEdge(node, 'end', (edge) => {
    const literal = edge.type === 'char' ? literalOf(edge) : undefined;
    return literal !== undefined && characters.includes(literal);
  });
}

/** Whether `test` holds for the outermost part at one end, on every way through the pattern. */
function everyEdge(node: PatternNode, end: 'start' | 'end', test: (edge: PatternNode) => boolean): boolean {
  if (test(node)) return true;
  switch (node.type) {
    case 'concat': {
      const items = end === 'start' ? node.items : node.items.toReversed();
      for (const item of items) {
        if (item.type === 'empty') continue;
        return everyEdge(item, end, test);
      }
      return false;
    }
    case 'alternate':
      return node.options.length > 0 && node.options.every((option) => everyEdge(option, end, test));
    case 'group':
      return everyEdge(node.item, end, test);
    case 'repeat':
      return node.min > 0 && everyEdge(node.item, end, test);
    case 'char':
    case 'assertion':
    case 'empty':
      return false;
  }
}

/** The one character that the node stands for, or undefined where it stands for several. */
export function literalOf(node: CharNode): string | undefined {
  const [first, last] = node.set;
  if (node.set.length !== 2 || first === undefined || first !== last) {
    // Under (?i) a letter is a set; its lower-case form stands for it.
    return node.form === 'literal' && node.fold && first !== undefined
      ? String.fromCodePoint(first).toLowerCase()
      : undefined;
  }
  return String.fromCodePoint(first);
}

/** Any number of nearly any character. */
function isWideRepeat(node: PatternNode): boolean {
  return node.type === 'repeat' && node.max === undefined && node.item.type === 'char' && isWide(node.item);
}

/** The node stands for every printable ASCII character. */
export function isWide(node: CharNode): boolean {
  for (let at = 0; at + 1 < node.set.length; at += 2) {
    const from = node.set[at] ?? 0;
    const to = node.set[at + 1] ?? 0;
    if (from <= 0x20 && to >= 0x7e) return true;
  }
  return false;
}

/** The literal text that every match starts with, after the anchor: `/workspace/` of `^/workspace/.*`. */
export function getLiteralPrefix(pattern: Pattern): string {
  let text = '';
  const pending: PatternNode[] = [pattern.root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.type === 'concat') pending.push(...node.items.toReversed());
    else if (node.type === 'group') pending.push(node.item);
    else if (node.type === 'char') {
      const literal = literalOf(node);
      if (literal === undefined) return text;
      text += literal;
    } else if (node.type !== 'empty' && !(node.type === 'assertion' && node.kind === 'begin-text'))
      return text;
  }
  return text;
}

/** Visits every node of a pattern, parents first, in the order of the text. */
export function* walkPattern(root: PatternNode): Iterable<PatternNode> {
  const pending: PatternNode[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    yield node;
    switch (node.type) {
      case 'concat':
        for (let at = node.items.length - 1; at >= 0; at--) {
          const item = node.items[at];
          if (item !== undefined) pending.push(item);
        }
        break;
      case 'alternate':
        for (let at = node.options.length - 1; at >= 0; at--) {
          const option = node.options[at];
          if (option !== undefined) pending.push(option);
        }
        break;
      case 'group':
      case 'repeat':
        pending.push(node.item);
        break;
      case 'char':
      case 'assertion':
      case 'empty':
        break;
    }
  }
}
