import {
  EMPTY_OBJECT,
  getMember,
  JSON_RPC_ERRORS,
  type JsonObject,
  type JsonString,
  MAX_NAME_LENGTH,
  normalizeName,
} from '@agentpolicy/core';
import { findConfusedKey } from '../messages/look-alikes.ts';
import type { NotificationMessage, RequestMessage } from '../messages/message.ts';
import { quoteForPeople } from '../messages/quote.ts';

/** What a `tools/call` calls. */
export interface ToolCallParams {
  /** As the client wrote it. */
  readonly name: string;
  readonly normalizedName: string;
  readonly nameNode: JsonString;
  /** Absent and null arguments are an empty object, which stands nowhere in the text. */
  readonly arguments: JsonObject;
}

export type ToolCallResult =
  | { readonly ok: true; readonly call: ToolCallParams }
  | { readonly ok: false; readonly code: -32600 | -32602; readonly reason: string };

/** The arguments that a policy constrains for a tool, by the tool's normalized name, as the policy writes them. */
export type ConstrainedArguments = (normalizedName: string) => readonly string[];

function refuse(code: -32600 | -32602, reason: string): ToolCallResult {
  return { ok: false, code, reason };
}

/**
 * Reads the parameters of a `tools/call`. A key in the arguments that equals a constrained argument only
 * after normalization is refused: some servers would read it as that argument.
 */
export function readToolCall(
  message: RequestMessage | NotificationMessage,
  constrained: ConstrainedArguments = () => [],
): ToolCallResult {
  const { params } = message;
  const invalid = JSON_RPC_ERRORS.invalidParams.code;
  if (params === undefined) return refuse(invalid, '`params` is not an object');
  const name = getMember(params, 'name');
  if (name === undefined) return refuse(invalid, '`params.name` is missing');
  if (name.kind !== 'string') return refuse(invalid, '`params.name` is not a string');
  if (name.value.length > MAX_NAME_LENGTH)
    return refuse(invalid, `\`params.name\` is longer than ${MAX_NAME_LENGTH} characters`);
  const given = getMember(params, 'arguments');
  if (given !== undefined && given.kind !== 'object' && given.kind !== 'null')
    return refuse(invalid, '`params.arguments` is not an object');
  const args = given?.kind === 'object' ? given : EMPTY_OBJECT;
  const normalizedName = normalizeName(name.value);
  const confused = findConfusedKey(args, constrained(normalizedName));
  if (confused !== undefined) {
    return refuse(
      JSON_RPC_ERRORS.invalidRequest.code,
      `the argument ${quoteForPeople(confused)} differs from an argument that the policy constrains only in case or spelling`,
    );
  }
  return { ok: true, call: { name: name.value, normalizedName, nameNode: name, arguments: args } };
}
