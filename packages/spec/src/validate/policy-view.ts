import { type Locator, splitPointer } from '../source/locate.ts';
import type { Slot, SourceNode, Span } from '../source/tree.ts';

/** A policy that may not be valid, as its checks see it: what has the wrong type is as good as absent. */
export interface PolicyView {
  readonly file: string;
  readonly text: string;
  readonly root: Slot;
  readonly locator: Locator;
  node(...path: readonly (string | number)[]): SourceNode | undefined;
  /** As `node`, for a JSON pointer. */
  nodeAt(pointer: string): SourceNode | undefined;
  string(...path: readonly (string | number)[]): string | undefined;
  isTrue(...path: readonly (string | number)[]): boolean;
  /** Where the key or value at a pointer stands, or what is nearest to it. */
  span(pointer: string, part: 'key' | 'value'): Span;
}

export function createPolicyView(file: string, text: string, root: Slot, locator: Locator): PolicyView {
  const node: PolicyView['node'] = (...path) => {
    let current: SourceNode | undefined = root.node;
    for (const token of path) {
      if (current?.kind === 'map') current = current.entries.get(String(token))?.node;
      else if (current?.kind === 'sequence') current = current.items[Number(token)]?.node;
      else return undefined;
    }
    return current;
  };
  const scalar = (path: readonly (string | number)[]): unknown => {
    const found = node(...path);
    return found?.kind === 'scalar' ? found.value : undefined;
  };
  return {
    file,
    text,
    root,
    locator,
    node,
    nodeAt: (pointer) => node(...splitPointer(pointer)),
    string(...path) {
      const value = scalar(path);
      return typeof value === 'string' ? value : undefined;
    },
    isTrue: (...path) => scalar(path) === true,
    span(pointer, part) {
      const { start, end } = locator.locate(pointer, part).range;
      // A value that was left out has no width: its key shows where it is missing.
      if (start.offset === end.offset && part === 'value') {
        const key = locator.locate(pointer, 'key').range;
        return { start: key.start.offset, end: key.end.offset };
      }
      return { start: start.offset, end: end.offset };
    },
  };
}
