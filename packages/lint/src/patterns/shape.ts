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

/** About how many steps the pattern has once its repeats are written out. */
export function estimateSize(node: PatternNode): number {
  switch (node.type) {
    case 'char':
    case 'assertion':
    case 'empty':
      return 1;
    case 'concat':
      return node.items.reduce((sum, item) => sum + estimateSize(item), 0);
    case 'alternate':
      return node.options.reduce((sum, option) => sum + 1 + estimateSize(option), 0);
    case 'group':
      return estimateSize(node.item);
    case 'repeat':
      return Math.max(node.max ?? node.min + 1, 1) * (estimateSize(node.item) + 1);
  }
}

/**
 * The pattern surely matches some text: nothing in it can contradict anything else. False where it takes an
 * automaton to tell.
 */
export function isSurelyMatchable(root: PatternNode): boolean {
  return isMatchable(root, true, true);
}

/** `first` and `last`: nothing that takes a character stands before or behind the node. */
function isMatchable(node: PatternNode, first: boolean, last: boolean): boolean {
  switch (node.type) {
    case 'char':
      return node.set.length > 0;
    case 'empty':
      return true;
    case 'assertion':
      return (node.kind === 'begin-text' && first) || (node.kind === 'end-text' && last);
    case 'concat':
      return node.items.every((item, index) => {
        const isFirst = first && node.items.slice(0, index).every(takesNothing);
        const isLast = last && node.items.slice(index + 1).every(takesNothing);
        return isMatchable(item, isFirst, isLast);
      });
    case 'alternate':
      return node.options.some((option) => isMatchable(option, first, last));
    case 'group':
      return isMatchable(node.item, first, last);
    case 'repeat':
      return (
        node.min === 0 ||
        (node.min === 1 && isMatchable(node.item, first, last)) ||
        isMatchable(node.item, false, false)
      );
  }
}

function takesNothing(node: PatternNode): boolean {
  return node.type === 'assertion' || node.type === 'empty';
}

/** Whether every text that the pattern accepts holds what the pattern starts with, and the given text does not. */
export function lacksPrefix(root: PatternNode, text: string): boolean {
  const anchored = isAnchoredAtStart(root);
  const edge = findFirstCharacter(root);
  if (edge === undefined) return false;
  if (!anchored) return ![...text].some((character) => hasMember(edge, character));
  const [first] = text;
  return first === undefined || !hasMember(edge, first);
}

/** The character that every match starts with, where the tree shows one. */
function findFirstCharacter(root: PatternNode): CharNode | undefined {
  let node: PatternNode | undefined = root;
  while (node !== undefined) {
    switch (node.type) {
      case 'char':
        return node;
      case 'group':
        node = node.item;
        break;
      case 'concat':
        node = node.items.find((item) => !takesNothing(item));
        break;
      case 'repeat':
        node = node.min > 0 ? node.item : undefined;
        break;
      case 'alternate':
      case 'assertion':
      case 'empty':
        return undefined;
    }
  }
  return undefined;
}

function hasMember({ set }: CharNode, character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  for (let at = 0; at + 1 < set.length; at += 2) {
    if ((set[at] ?? 0) <= code && code <= (set[at + 1] ?? 0)) return true;
  }
  return false;
}

/** Every text that the pattern accepts consists of characters that it spells out: it is closed at both ends. */
export function isClosed(root: PatternNode): boolean {
  return isAnchoredAtStart(root) && isAnchoredAtEnd(root);
}

/** Some part of the pattern stands for one of the characters. */
export function mentionsOneOf(root: PatternNode, characters: string): boolean {
  for (const node of walkPattern(root)) {
    if (node.type !== 'char') continue;
    for (const character of characters) if (hasMember(node, character)) return true;
  }
  return false;
}
