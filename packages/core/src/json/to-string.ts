import { CoreError } from '../errors/core-error.ts';
import type { JsonNode, JsonObject } from './node.ts';
import { formatNumber } from './numbers.ts';

/**
 * How long the canonical form of an array or object may get, in UTF-16 units. A few bytes such as `1e308` write
 * out to hundreds of digits: without a bound, a message of allowed size would become one of gigabytes.
 */
const MAX_CANONICAL = 1 << 24;

/**
 * STRING() of the specification (v1alpha1 §4.5): what a pattern is matched against. Strings as they are,
 * numbers in decimal, `true` and `false`, the empty string for null, canonical JSON for arrays and objects.
 * @throws CoreError `too-long` where canonical JSON passes 2^24 characters.
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
 * @throws CoreError `too-long` where it passes 2^24 characters.
 */
export function canonicalizeJson(node: JsonNode): string {
  return write(node, { left: MAX_CANONICAL });
}

interface Budget {
  left: number;
}

function spend(text: string, budget: Budget): string {
  budget.left -= text.length;
  if (budget.left < 0) {
    throw new CoreError('too-long', `the canonical form of a value passes ${MAX_CANONICAL} characters`);
  }
  return text;
}

function write(node: JsonNode, budget: Budget): string {
  switch (node.kind) {
    case 'string':
      return spend(quoteJson(node.value), budget);
    case 'number':
      return spend(formatNumber(node.literal), budget);
    case 'boolean':
      return spend(String(node.value), budget);
    case 'null':
      return spend('null', budget);
    case 'array':
      return `[${node.items.map((item) => write(item, budget)).join(',')}]`;
    case 'object':
      return writeObject(node, budget);
  }
}

function writeObject(node: JsonObject, budget: Budget): string {
  const members = [...node.members].sort((a, b) => (a.key < b.key ? -1 : 1));
  const texts = members.map(({ key, value }) => `${spend(quoteJson(key), budget)}:${write(value, budget)}`);
  return `{${texts.join(',')}}`;
}

/** Writes a JSON string. A lone surrogate is escaped, since UTF-8 can't carry it. */
export function quoteJson(text: string): string {
  return JSON.stringify(text);
}
