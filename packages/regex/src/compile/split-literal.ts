import type { Pattern, PatternNode } from '../syntax/tree.ts';

/** A pattern in two parts: a constant that every match starts with, and what follows it. */
export interface SplitPattern {
  readonly literal: string;
  /** A pattern of its own, anchored at the start. */
  readonly rest: PatternNode;
  /** Equal for parts that are written alike; undefined where that can't be told. */
  readonly key: string | undefined;
}

const FIRST_SURROGATE = 0xd800;

/**
 * Splits `^literal...` behind its literal characters, so that the automaton of what follows can be shared.
 * Where a look could see the literal from behind it, nothing is split.
 */
export function splitLiteral({ root, source }: Pattern): SplitPattern {
  const whole = { literal: '', rest: root, key: undefined };
  if (root.type !== 'concat') return whole;
  const [anchor, ...items] = root.items;
  if (anchor?.type !== 'assertion' || anchor.kind !== 'begin-text') return whole;
  const count = items.findIndex((item) => literalOf(item) === undefined);
  if (count <= 0) return whole;
  const rest = items.slice(count);
  if (!rest.every(ignoresBefore)) return whole;
  // Nothing but the literal stands before the rest: no flag is set that would change how it reads.
  const isPlain = root.items.slice(0, count + 1).every((item, at) => item.end === root.items[at + 1]?.start);
  return {
    literal: items.slice(0, count).map(literalOf).join(''),
    rest: { ...root, items: [anchor, ...rest] },
    key: anchor.start === 0 && isPlain ? source.slice(rest[0]?.start) : undefined,
  };
}

function literalOf(node: PatternNode): string | undefined {
  if (node.type !== 'char' || node.set.length !== 2) return undefined;
  const [low, high] = node.set;
  return low !== undefined && low === high && low < FIRST_SURROGATE ? String.fromCharCode(low) : undefined;
}

/** Whether a node means the same wherever the text before it ends. */
function ignoresBefore(root: PatternNode): boolean {
  const waiting = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    switch (node.type) {
      case 'empty':
      case 'char':
        break;
      case 'assertion':
        if (node.kind !== 'end-text') return false;
        break;
      case 'group':
      case 'repeat':
        waiting.push(node.item);
        break;
      case 'concat':
        waiting.push(...node.items);
        break;
      case 'alternate':
        waiting.push(...node.options);
        break;
    }
  }
  return true;
}
