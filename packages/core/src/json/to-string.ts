import type { JsonNode, JsonObject } from './node.ts';
import { formatNumber } from './numbers.ts';

/**
 * STRING() of the specification (v1alpha1 §4.5): what a pattern is matched against. Strings as they are,
 * numbers in decimal, `true` and `false`, the empty string for null, canonical JSON for arrays and objects.
 */
export function stringOf(node: JsonNode): string {
  switch (node.kind) {
    case 'string':
      return node.value;
    case 'number':
      return formatNumber(node.literal);
    case 'boolean':
      return String(node.value);
    case 'null':
      return '';
    case 'array':
    case 'object':
      return canonicalizeJson(node);
  }
}

/**
 * Canonical JSON (RFC 8785): no white space, keys sorted by UTF-16 code units. Numbers are written as
 * STRING() writes them, so that large integers keep their digits.
 */
export function canonicalizeJson(node: JsonNode): string {
  switch (node.kind) {
    case 'string':
      return quoteJson(node.value);
    case 'number':
      return formatNumber(node.literal);
    case 'boolean':
      return String(node.value);
    case 'null':
      return 'null';
    case 'array':
      return `[${node.items.map(canonicalizeJson).join(',')}]`;
    case 'object':
      return canonicalizeObject(node);
  }
}

function canonicalizeObject(node: JsonObject): string {
  const members = [...node.members].sort((a, b) => (a.key < b.key ? -1 : 1));
  return `{${members.map((member) => `${quoteJson(member.key)}:${canonicalizeJson(member.value)}`).join(',')}}`;
}

/** Writes a JSON string. A lone surrogate is escaped, since UTF-8 can't carry it. */
export function quoteJson(text: string): string {
  return JSON.stringify(text);
}
