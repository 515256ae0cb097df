import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  type Node,
  Parser,
  type Scalar,
  type YAMLParseError,
} from 'yaml';
import { classifyText } from '../../files/classify-text.ts';
import { isTooDeep } from '../../files/is-too-deep.ts';
import { resolveAliases } from '../../files/read-headers.ts';

/** A policy that is the text of a value. */
export interface EmbeddedPolicy {
  readonly text: string;
  /** Where the value stands in the file, with its quotes or the mark of its block. */
  readonly start: number;
  readonly end: number;
  /** A literal block (`|`), whose lines are the policy's lines. */
  readonly literal: boolean;
}

export type FindEmbeddedResult =
  | { readonly ok: true; readonly policies: readonly EmbeddedPolicy[] }
  | { readonly ok: false; readonly problem: string; readonly at: number };

/** Finds the policies in the `data` of a file's ConfigMaps. */
export type FindEmbedded = (text: string) => FindEmbeddedResult;

/** In UTF-16 units. Reading more takes seconds when it is made for that; what a cluster takes is hardly larger. */
const MAX_LENGTH = 524_288;

/** A finder that reads a text once, however often it is asked about it in a row. */
export function createEmbeddedFinder(): FindEmbedded {
  let last: { readonly text: string; readonly result: FindEmbeddedResult } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, result: findEmbedded(text) };
    return last.result;
  };
}

function findEmbedded(text: string): FindEmbeddedResult {
  if (text.length > MAX_LENGTH) return { ok: false, problem: 'it is larger than 512 KiB', at: 0 };
  // The reader makes an Error of everything that it finds; on a hostile text, stack traces would be most of the work.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return readDocuments(text);
  } catch (failure) {
    // The reader is recursive: nesting that exhausts its stack is no ConfigMap.
    if (failure instanceof RangeError) return { ok: false, problem: 'it is nested too deeply', at: 0 };
    throw failure;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Stops at the first error: a broken text may have as many as characters. */
function readDocuments(text: string): FindEmbeddedResult {
  const composer = new Composer({ version: '1.2', prettyErrors: false, uniqueKeys: false });
  const policies: EmbeddedPolicy[] = [];
  const read = (documents: Iterable<Document.Parsed>): FindEmbeddedResult | undefined => {
    for (const document of documents) {
      const [error] = document.errors;
      if (error !== undefined) return describeError(error);
      policies.push(...readConfigMap(document));
    }
    return undefined;
  };
  for (const token of new Parser().parse(text)) {
    if (token.type === 'error') return { ok: false, problem: token.message, at: token.offset };
    if (isTooDeep(token)) return { ok: false, problem: 'it is nested too deeply', at: 0 };
    const failure = read(composer.next(token));
    if (failure !== undefined) return failure;
  }
  return read(composer.end()) ?? { ok: true, policies };
}

function describeError({ message, pos }: YAMLParseError): FindEmbeddedResult {
  // The reader itself catches where its stack ends in a collection.
  const problem = message.includes('call stack') ? 'it is nested too deeply' : message;
  return { ok: false, problem, at: pos[0] };
}

function readConfigMap(document: Document.Parsed): readonly EmbeddedPolicy[] {
  const { contents } = document;
  if (!isMap<Node, Node | null>(contents)) return [];
  const aliases = resolveAliases(document);
  const resolve = (node: Node | null): Node | null => (isAlias(node) ? (aliases.get(node) ?? null) : node);
  const getMember = (name: string): Node | null => {
    const isNamed = ({ key }: { key: Node }): boolean => {
      const written = resolve(key);
      return isScalar(written) && written.value === name;
    };
    return resolve(contents.items.find(isNamed)?.value ?? null);
  };
  const kind = getMember('kind');
  if (!isScalar(kind) || kind.value !== 'ConfigMap') return [];
  const data = getMember('data');
  if (!isMap<Node, Node | null>(data)) return [];
  // One text that several values share is one policy, where it is written.
  const values = new Set(data.items.map(({ value }) => resolve(value)));
  return [...values].flatMap((value) => (isScalar(value) ? readValue(value) : []));
}

function readValue({ value, range, type }: Scalar): readonly EmbeddedPolicy[] {
  if (typeof value !== 'string' || range === undefined || range === null) return [];
  if (classifyText(value).kind !== 'policy') return [];
  return [{ text: value, start: range[0], end: range[1], literal: type === 'BLOCK_LITERAL' }];
}
