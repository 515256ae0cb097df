import type { JsonNode, JsonObject } from '@agentpolicy/core';

/** Who wrote a message. */
export type Side = 'client' | 'server';

/** A request's id. The number 1 and the string "1" are two ids: `key` tells them apart. */
export interface MessageId {
  /** The same for two ids if and only if they are the same id. */
  readonly key: string;
  /** The JSON literal as it was written: what an answer repeats. */
  readonly text: string;
  readonly value: string | number;
}

interface MessageText {
  readonly from: Side;
  /** The message as it came. Offsets in `root` refer to it. */
  readonly text: string;
}

interface MethodMessage extends MessageText {
  /** As it was written. */
  readonly method: string;
  /** What a policy judges: the method in normalized form. */
  readonly normalizedMethod: string;
  /** Where the method's string stands. */
  readonly methodNode: JsonNode;
  /** Undefined where the message has none, or null. */
  readonly params: JsonObject | undefined;
  readonly root: JsonObject;
}

/** Asks for an answer. */
export interface RequestMessage extends MethodMessage {
  readonly kind: 'request';
  readonly id: MessageId;
}

/** Has a method and no id: JSON-RPC forbids to answer it. */
export interface NotificationMessage extends MethodMessage {
  readonly kind: 'notification';
}

/** Answers a request of the other side. */
export interface ResponseMessage extends MessageText {
  readonly kind: 'response';
  /** Null only in an error of the server that could not tell which request it answers. */
  readonly id: MessageId | null;
  readonly outcome:
    | { readonly kind: 'result'; readonly value: JsonNode }
    | { readonly kind: 'error'; readonly value: JsonObject };
  readonly root: JsonObject;
}

/**
 * What an unreadable message looks like: it decides who waits for an answer. One that cannot be told from a
 * request is a `request`, a `notification` is one without doubt.
 */
export type MessageShape = 'request' | 'notification' | 'response' | 'unknown';

/** A message that cannot be understood whole, or could be understood in two ways. It is never forwarded. */
export interface InvalidMessage extends MessageText {
  readonly kind: 'invalid';
  /** The JSON-RPC error code: -32700 not JSON, -32600 not an acceptable message, -32602 unacceptable parameters. */
  readonly code: -32700 | -32600 | -32602;
  /** One line for people; may quote the message. */
  readonly reason: string;
  /** The id that it carries; null where none can be told without doubt. */
  readonly id: MessageId | null;
  readonly shape: MessageShape;
}

/** A message that stands alone or in a batch. */
export type SingleMessage = RequestMessage | NotificationMessage | ResponseMessage | InvalidMessage;

/** An array of messages (JSON-RPC 2.0 §6, protocol 2025-03-26 only). Each element has its own text. */
export interface BatchMessage extends MessageText {
  readonly kind: 'batch';
  readonly elements: readonly SingleMessage[];
}

export type Message = SingleMessage | BatchMessage;

export interface MessageLimits {
  /** How many arrays and objects may stand inside each other; 128 unless told, and never more than 512. */
  readonly maxDepth?: number;
  /** How many messages one batch may hold; 1000 unless told. */
  readonly maxBatch?: number;
}
