import { createHash } from 'node:crypto';
import { getMember, type JsonNode, quoteJson } from '@agentpolicy/core';
import type { ListedTool } from './tool-list.ts';

/** The fields of a definition that `schema_hash` covers (v1alpha2 §3.5.4). */
const COVERED = ['description', 'inputSchema', 'name'] as const;

/** The algorithms that a `schema_hash` may name. */
export const HASH_ALGORITHMS = ['sha256', 'sha384', 'sha512'] as const;

export type HashAlgorithm = (typeof HASH_ALGORITHMS)[number];

/** The text of a definition that `schema_hash` is the hash of; a field that it does not have is left out. */
export function canonicalizeDefinition({ node }: ListedTool): string {
  const members = COVERED.flatMap((key) => {
    const value = getMember(node, key);
    return value === undefined ? [] : [`${quoteJson(key)}:${canonicalizeAsParsed(value)}`];
  });
  return `{${members.join(',')}}`;
}

/** `schema_hash` of a canonical definition: the algorithm, a colon and lower-case hexadecimal digits. */
export function hashDefinition(canonical: string, algorithm: HashAlgorithm): string {
  return `${algorithm}:${createHash(algorithm).update(canonical, 'utf8').digest('hex')}`;
}

/**
 * RFC 8785. Numbers are those of a double, unlike in STRING(): whoever made the hash had parsed the definition
 * with an ordinary JSON reader.
 */
export function canonicalizeAsParsed(node: JsonNode): string {
  switch (node.kind) {
    case 'string':
      return quoteJson(node.value);
    case 'number':
      return JSON.stringify(Number(node.literal));
    case 'boolean':
      return String(node.value);
    case 'null':
      return 'null';
    case 'array':
      return `[${node.items.map(canonicalizeAsParsed).join(',')}]`;
    case 'object': {
      const members = [...node.members].sort((a, b) => (a.key < b.key ? -1 : 1));
      return `{${members.map(({ key, value }) => `${quoteJson(key)}:${canonicalizeAsParsed(value)}`).join(',')}}`;
    }
  }
}
