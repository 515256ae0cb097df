import { createHash } from 'node:crypto';
import { getMember, type JsonNode, quoteJson } from '@agentpolicy/core';
import type { RecordedTool } from '../../model/tool-list.ts';

/** The fields that the hash covers (v1alpha2 §3.5.4), sorted. */
const COVERED = ['description', 'inputSchema', 'name'] as const;

/** `schema_hash` of a recorded definition, without the algorithm's name: lower-case hexadecimal digits. */
export function hashDefinition({ definition }: RecordedTool, algorithm: string): string {
  const members = COVERED.flatMap((key) => {
    const value = getMember(definition, key);
    return value === undefined ? [] : [`${quoteJson(key)}:${canonicalize(value)}`];
  });
  return createHash(algorithm)
    .update(`{${members.join(',')}}`)
    .digest('hex');
}

/**
 * RFC 8785. Numbers are those of a double, as the proxy takes them: whoever made the hash had parsed the definition
 * with an ordinary JSON reader, which keeps no more digits.
 */
function canonicalize(node: JsonNode): string {
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
      return `[${node.items.map(canonicalize).join(',')}]`;
    case 'object': {
      const members = [...node.members].sort((a, b) => (a.key < b.key ? -1 : 1));
      return `{${members.map(({ key, value }) => `${quoteJson(key)}:${canonicalize(value)}`).join(',')}}`;
    }
  }
}
