import type { CST } from 'yaml';

/** Far more than a file of any cluster has, and far less than what exhausts a stack. */
const MAX_DEPTH = 200;

/**
 * Whether collections stand inside each other deeper than any file needs. Composing is recursive, and where it exhausts
 * the stack the process itself may end: what is too deep is not composed. This looks without recursion.
 */
export function isTooDeep(root: CST.Token): boolean {
  let level: CST.Token[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    const next: CST.Token[] = [];
    for (const token of level) addChildren(token, next);
    level = next;
  }
  return false;
}

function addChildren(token: CST.Token, children: CST.Token[]): void {
  switch (token.type) {
    case 'document':
      if (token.value !== undefined) children.push(token.value);
      break;
    case 'block-map':
    case 'block-seq':
    case 'flow-collection':
      for (const { key, value } of token.items) {
        if (key) children.push(key);
        if (value) children.push(value);
      }
      break;
    default:
      break;
  }
}
