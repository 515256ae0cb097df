/**
 * A JSON value as it was written: numbers keep their digits, objects keep their order, and every node
 * knows the stretch of the text (UTF-16 offsets, `end` exclusive) that it came from.
 */
export type JsonNode = JsonString | JsonNumber | JsonBoolean | JsonNull | JsonArray | JsonObject;

interface Span {
  readonly start: number;
  readonly end: number;
}

export interface JsonString extends Span {
  readonly kind: 'string';
  readonly value: string;
}

export interface JsonNumber extends Span {
  readonly kind: 'number';
  /** The digits as they stand in the text, for example `1.50` or `9007199254740993`. */
  readonly literal: string;
}

export interface JsonBoolean extends Span {
  readonly kind: 'boolean';
  readonly value: boolean;
}

export interface JsonNull extends Span {
  readonly kind: 'null';
}

export interface JsonArray extends Span {
  readonly kind: 'array';
  readonly items: readonly JsonNode[];
}

export interface JsonMember {
  readonly key: string;
  /** Where the key's string stands, quotes included. */
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: JsonNode;
}

export interface JsonObject extends Span {
  readonly kind: 'object';
  readonly members: readonly JsonMember[];
}

/** The value of a key, compared exactly; undefined where the object does not have it. */
export function getMember(object: JsonObject, key: string): JsonNode | undefined {
  for (const member of object.members) if (member.key === key) return member.value;
  return undefined;
}

/** An object without members that stands nowhere: what absent or null `arguments` mean. */
export const EMPTY_OBJECT: JsonObject = { kind: 'object', members: [], start: 0, end: 0 };
