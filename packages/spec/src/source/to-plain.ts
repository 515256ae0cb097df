import type { SourceNode } from './tree.ts';

/** Plain data as a schema validator and a policy's reader see it. */
export type PlainValue = string | number | boolean | null | readonly PlainValue[] | PlainObject;

export interface PlainObject {
  readonly [key: string]: PlainValue;
}

/**
 * Turns a tree into plain data. Objects have no prototype, so that a key such as `__proto__` is a key like any other;
 * keys that look like integers come first in them, as always in JavaScript: who needs the order reads the tree.
 */
export function toPlain(node: SourceNode): PlainValue {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'broken':
      return null;
    case 'sequence':
      return node.items.map((item) => toPlain(item.node));
    case 'map': {
      const object: Record<string, PlainValue> = Object.create(null);
      for (const { key, node: value } of node.entries.values()) object[key] = toPlain(value);
      return object;
    }
  }
}
