import { CoreError } from '../errors/core-error.ts';
import type { JsonNode, JsonObject } from './node.ts';
import { readJson } from './read-json.ts';

/**
 * Makes a JsonNode of a plain JavaScript value, as if JSON.stringify's text had been read.
 * @throws CoreError `not-json` where the value has no JSON form (a function, a cycle, nesting past the limit).
 */
export function toJsonNode(value: unknown): JsonNode {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new CoreError(
      'not-json',
      `the value has no JSON form: ${cause instanceof Error ? cause.message : cause}`,
    );
  }
  if (text === undefined) throw new CoreError('not-json', 'the value has no JSON form');
  const read = readJson(text);
  if (!read.ok)
    throw new CoreError('not-json', `the value has no acceptable JSON form: ${read.error.message}`);
  return read.value;
}

/**
 * As toJsonNode, for a value that must be an object.
 * @throws CoreError `not-json` where it is something else.
 */
export function toJsonObject(value: unknown): JsonObject {
  const node = toJsonNode(value);
  if (node.kind !== 'object') throw new CoreError('not-json', 'the value is not a JSON object');
  return node;
}
