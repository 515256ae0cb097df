import type { AssertionNode, PatternNode } from '@agentpolicy/regex';

/**
 * Matches a pattern's syntax tree against a short text, without an automaton: rules try each pattern on a
 * handful of texts, and building an automaton for that costs a hundred times as much as the answers.
 *
 * Every node maps the places that the match has reached to those that it can reach next, all of them at
 * once. So the time is bounded by the pattern's size times the text's length, squared at worst for nested
 * repeats; nothing is ever tried again. Whoever calls it keeps both small.
 */
export function matchesShort(root: PatternNode, text: string): boolean {
  const starts = new Uint8Array(text.length + 1);
  for (let at = 0; at <= text.length; at++) {
    const before = text.charCodeAt(at - 1);
    const after = text.charCodeAt(at);
    const inPair = at > 0 && before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
    starts[at] = inPair ? 0 : 1;
  }
  return advance(root, text, starts).includes(1);
}

function advance(node: PatternNode, text: string, from: Uint8Array): Uint8Array {
  switch (node.type) {
    case 'empty':
      return from;
    case 'group':
      return advance(node.item, text, from);
    case 'char': {
      const reached = new Uint8Array(from.length);
      for (let at = 0; at < text.length; at++) {
        if (from[at] !== 1) continue;
        const code = text.codePointAt(at) ?? 0;
        // A lone surrogate is no character: it counts as U+FFFD.
        const known = code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
        if (isMember(node.set, known)) reached[at + (code > 0xffff ? 2 : 1)] = 1;
      }
      return reached;
    }
    case 'assertion': {
      const reached = new Uint8Array(from.length);
      for (let at = 0; at < from.length; at++) {
        if (from[at] === 1 && holds(node, text, at)) reached[at] = 1;
      }
      return reached;
    }
    case 'concat': {
      let reached = from;
      for (const item of node.items) {
        reached = advance(item, text, reached);
        if (!reached.includes(1)) return reached;
      }
      return reached;
    }
    case 'alternate': {
      const reached = new Uint8Array(from.length);
      for (const option of node.options) addPlaces(reached, advance(option, text, from));
      return reached;
    }
    case 'repeat': {
      let current = from;
      for (let count = 0; count < node.min && current.includes(1); count++) {
        current = advance(node.item, text, current);
      }
      const reached = current.slice();
      for (let count = node.min; node.max === undefined || count < node.max; count++) {
        current = advance(node.item, text, current);
        // Without an upper bound, a round that reaches nothing new is the last.
        if (!addPlaces(reached, current)) break;
      }
      return reached;
    }
  }
}

/** Adds places to others; whether any of them is new. */
function addPlaces(into: Uint8Array, places: Uint8Array): boolean {
  let added = false;
  for (let at = 0; at < places.length; at++) {
    if (places[at] !== 1 || into[at] === 1) continue;
    into[at] = 1;
    added = true;
  }
  return added;
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
