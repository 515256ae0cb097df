import { appendPointer } from '@agentpolicy/core';
import {
  Composer,
  type Document,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  Parser,
  type Scalar,
  type YAMLMap,
} from 'yaml';

/** What stands at a place of a text. */
export interface Cursor {
  /** JSON pointer of the value, or of the value that the key is for. */
  readonly pointer: string;
  readonly part: 'key' | 'value';
  readonly scalar: Scalar;
  /** The keys of the mapping that the key is in. */
  readonly siblings: readonly string[];
  /** What the text's own `apiVersion` says. */
  readonly apiVersion: string | undefined;
}

type MapNode = YAMLMap<Node, Node | null>;

/** In UTF-16 units. A larger policy is linted, but nothing is shown beside the cursor. */
const MAX_LENGTH = 524_288;

/**
 * The key or scalar that an offset is in or at the edge of. The text may be half written: it is read as far as it can
 * be. Undefined where there is none, such as in a comment.
 */
export function findCursor(text: string, offset: number): Cursor | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  // The reader makes an Error of everything that it finds; on a hostile text, stack traces would be most of the work.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const root = readFirst(text)?.contents ?? null;
    const version = isMap<Node, Node | null>(root) ? findMember(root, 'apiVersion') : undefined;
    const apiVersion = isScalar(version) && typeof version.value === 'string' ? version.value : undefined;
    const found = search(root, '', offset);
    return found === undefined ? undefined : { ...found, apiVersion };
  } catch (failure) {
    // The reader is recursive: nesting that exhausts its stack is no policy.
    if (failure instanceof RangeError) return undefined;
    throw failure;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function readFirst(text: string): Document.Parsed | undefined {
  const composer = new Composer({ version: '1.2', prettyErrors: false, uniqueKeys: false });
  for (const document of composer.compose(new Parser().parse(text))) return document;
  return undefined;
}

type Found = Omit<Cursor, 'apiVersion'>;

function search(node: Node | null, pointer: string, offset: number): Found | undefined {
  if (isScalar(node)) {
    return holds(node, offset) ? { pointer, part: 'value', scalar: node, siblings: [] } : undefined;
  }
  if (isMap<Node, Node | null>(node)) return searchMap(node, pointer, offset);
  if (!isSeq<Node>(node)) return undefined;
  for (const [at, item] of node.items.entries()) {
    const found = search(item, appendPointer(pointer, at), offset);
    if (found !== undefined) return found;
  }
  return undefined;
}

function searchMap(map: MapNode, pointer: string, offset: number): Found | undefined {
  for (const { key, value } of map.items) {
    if (!isScalar(key)) continue;
    const inner = appendPointer(pointer, String(key.value));
    if (holds(key, offset)) {
      return { pointer: inner, part: 'key', scalar: key, siblings: listKeys(map.items, key) };
    }
    const found = search(value, inner, offset);
    if (found !== undefined) return found;
  }
  return undefined;
}

function holds({ range }: Scalar, offset: number): boolean {
  if (range === undefined || range === null) return false;
  const [start, end] = range;
  return start < end && start <= offset && offset <= end;
}

function listKeys(items: readonly Pair<Node, Node | null>[], without: Node): readonly string[] {
  return items.flatMap(({ key }) => (isScalar(key) && key !== without ? [String(key.value)] : []));
}

function findMember(map: MapNode, name: string): Node | null | undefined {
  return map.items.find(({ key }) => isScalar(key) && key.value === name)?.value;
}
