import type { Pattern, PatternNode } from '@agentpolicy/regex';

/**
 * The pattern with every repetition taken as seldom as it may be: what that matches, the pattern matches too, and its
 * shortest texts are the pattern's shortest. Undefined where an assertion looks at a neighbour: it may need one more
 * repetition.
 */
export function shrinkPattern({ source, root }: Pattern): Pattern | undefined {
  const shrunk = shrink(root);
  return shrunk === undefined ? undefined : { source, root: shrunk };
}

function shrink(node: PatternNode): PatternNode | undefined {
  switch (node.type) {
    case 'char':
    case 'empty':
      return node;
    case 'assertion':
      // Less text before it or behind it never takes the edge of the text away.
      return node.kind === 'begin-text' || node.kind === 'end-text' ? node : undefined;
    case 'concat': {
      const items = shrinkAll(node.items);
      return items === undefined ? undefined : { ...node, items };
    }
    case 'alternate': {
      const options = shrinkAll(node.options);
      return options === undefined ? undefined : { ...node, options };
    }
    case 'group': {
      const item = shrink(node.item);
      return item === undefined ? undefined : { ...node, item };
    }
    case 'repeat': {
      const item = shrink(node.item);
      if (item === undefined) return undefined;
      const { start, end, min } = node;
      return min === 0 ? { type: 'empty', start, end } : { ...node, item, max: min };
    }
  }
}

function shrinkAll(nodes: readonly PatternNode[]): readonly PatternNode[] | undefined {
  const shrunk = nodes.flatMap((node) => shrink(node) ?? []);
  return shrunk.length === nodes.length ? shrunk : undefined;
}
