import { isMap, isScalar, type Node, parseAllDocuments, type Scalar, type YAMLMap } from 'yaml';
import { classifyText } from '../../files/classify-text.ts';

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
export function findEmbedded(text: string): FindEmbeddedResult {
  let documents: ReturnType<typeof parseAllDocuments>;
  try {
    documents = parseAllDocuments(text, { version: '1.2', prettyErrors: false, uniqueKeys: false });
  } catch (failure) {
    // The reader is recursive: nesting that exhausts its stack is no ConfigMap.
    if (failure instanceof RangeError) return { ok: false, problem: 'it is nested too deeply', at: 0 };
    throw failure;
  }
  const policies: EmbeddedPolicy[] = [];
  for (const { errors, contents } of documents) {
    const [error] = errors;
    if (error !== undefined) return { ok: false, problem: error.message, at: error.pos[0] };
    if (!isMap<Node, Node | null>(contents)) continue;
    const kind = getMember(contents, 'kind');
    if (!isScalar(kind) || kind.value !== 'ConfigMap') continue;
    const data = getMember(contents, 'data');
    if (!isMap<Node, Node | null>(data)) continue;
    for (const { value } of data.items) if (isScalar(value)) policies.push(...readValue(value));
  }
  return { ok: true, policies };
}

function readValue({ value, range, type }: Scalar): readonly EmbeddedPolicy[] {
  if (typeof value !== 'string' || range === undefined || range === null) return [];
  if (classifyText(value).kind !== 'policy') return [];
  return [{ text: value, start: range[0], end: range[1], literal: type === 'BLOCK_LITERAL' }];
}

function getMember(map: YAMLMap<Node, Node | null>, name: string): Node | null {
  return map.items.find(({ key }) => isScalar(key) && key.value === name)?.value ?? null;
}
