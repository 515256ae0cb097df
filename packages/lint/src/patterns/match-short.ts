import type { AssertionNode, CharNode, PatternNode } from '@agentpolicy/regex';

/**
 * Matches a pattern's syntax tree against a short text, without an automaton: rules try each pattern on a
 * handful of texts, and building an automaton for that costs a hundred times as much as the answers.
 *
 * Every node maps the places that the match has reached to those that it can reach next, all of them at
 * once. So the time is bounded by the pattern's size times the text's length, squared at worst for nested
 * repeats; nothing is ever tried again. Whoever calls it keeps both small.
 */
export function matchesShort(root: PatternNode, text: string): boolean {
  const starts: number[] = [];
  for (let at = 0; at <= text.length; at++) if (!isInPair(text, at)) starts.push(at);
  return advance(root, text, starts).length > 0;
}

/** The two halves of a character beyond U+FFFF are not parted. */
function isInPair(text: string, at: number): boolean {
  const after = text.charCodeAt(at);
  if (!(after >= 0xdc00 && after <= 0xdfff) || at === 0) return false;
  const before = text.charCodeAt(at - 1);
  return before >= 0xd800 && before <= 0xdbff;
}

/** Places in the text: ascending, none twice. */
type Places = readonly number[];

function advance(node: PatternNode, text: string, from: Places): Places {
  switch (node.type) {
    case 'empty':
      return from;
    case 'group':
      return advance(node.item, text, from);
    case 'char':
      return readCharacter(node, text, from);
    case 'assertion':
      return from.filter((at) => holds(node, text, at));
    case 'concat': {
      let reached = from;
      for (const item of node.items) {
        reached = advance(item, text, reached);
        if (reached.length === 0) return reached;
      }
      return reached;
    }
    case 'alternate': {
      let reached: Places = [];
      for (const option of node.options) reached = unite(reached, advance(option, text, from));
      return reached;
    }
    case 'repeat': {
      let current = from;
      for (let count = 0; count < node.min && current.length > 0; count++) {
        current = advance(node.item, text, current);
      }
      let reached = current;
      for (let count = node.min; node.max === undefined || count < node.max; count++) {
        current = advance(node.item, text, current);
        const more = unite(reached, current);
        // A round that reaches nothing new is the last one that matters.
        if (more.length === reached.length) break;
        reached = more;
      }
      return reached;
    }
  }
}

function readCharacter({ set }: CharNode, text: string, from: Places): Places {
  const reached: number[] = [];
  for (const at of from) {
    if (at >= text.length) continue;
    const code = text.codePointAt(at) ?? 0;
    // A lone surrogate is no character: it counts as U+FFFD.
    const known = code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
    if (isMember(set, known)) reached.push(at + (code > 0xffff ? 2 : 1));
  }
  return reached;
}

function unite(left: Places, right: Places): Places {
  if (right.length === 0) return left;
  if (left.length === 0) return right;
  const all: number[] = [];
  let at = 0;
  for (const place of left) {
    for (let other = right[at]; other !== undefined && other < place; other = right[at]) {
      all.push(other);
      at++;
    }
    if (right[at] === place) at++;
    all.push(place);
  }
  for (; at < right.length; at++) all.push(right[at] ?? 0);
  return all;
}

function holds({ kind }: AssertionNode, text: string, at: number): boolean {
  switch (kind) {
    case 'begin-text':
      return at === 0;
    case 'end-text':
      return at === text.length;
    case 'begin-line':
      return at === 0 || text[at - 1] === '\n';
    case 'end-line':
      return at === text.length || text[at] === '\n';
    case 'word':
      return isWord(text[at - 1]) !== isWord(text[at]);
    case 'not-word':
      return isWord(text[at - 1]) === isWord(text[at]);
  }
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /^[0-9A-Za-z_]$/.test(character);
}

function isMember(set: readonly number[], code: number): boolean {
  for (let at = 0; at + 1 < set.length; at += 2) {
    if (code < (set[at] ?? 0)) return false;
    if (code <= (set[at + 1] ?? 0)) return true;
  }
  return false;
}
