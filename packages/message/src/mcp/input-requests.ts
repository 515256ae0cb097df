import { getMember, type JsonNode, type JsonObject, MAX_NAME_LENGTH, normalizeName } from '@agentpolicy/core';
import { findLookAlike } from '../messages/look-alikes.ts';
import { quoteForPeople } from '../messages/quote.ts';

/** A request that a server sends to the client inside a result (protocol 2026-07-28). */
export interface InputRequest {
  readonly key: string;
  readonly method: string;
  readonly normalizedMethod: string;
  readonly node: JsonObject;
}

export type InputRequestsResult =
  | { readonly ok: true; readonly requests: readonly InputRequest[] }
  | { readonly ok: false; readonly reason: string };

/**
 * The requests inside a result: none in an ordinary one. They count wherever `inputRequests` stands, also
 * where `resultType` is not `input_required`: some reader may answer them all the same.
 */
export function readInputRequests(result: JsonNode): InputRequestsResult {
  const list = result.kind === 'object' ? getMember(result, 'inputRequests') : undefined;
  if (list === undefined) return { ok: true, requests: [] };
  if (list.kind !== 'object') return { ok: false, reason: '`inputRequests` is not an object' };
  const requests: InputRequest[] = [];
  for (const { key, value } of list.members) {
    const problem = (what: string): InputRequestsResult => ({
      ok: false,
      reason: `the input request ${quoteForPeople(key)} ${what}`,
    });
    if (value.kind !== 'object') return problem('is not an object');
    if (findLookAlike(value) !== undefined)
      return problem('has a key that differs from a field only in spelling');
    const method = getMember(value, 'method');
    if (method?.kind !== 'string') return problem('has no method');
    if (method.value.length > MAX_NAME_LENGTH) return problem('has a method that is too long');
    requests.push({ key, method: method.value, normalizedMethod: normalizeName(method.value), node: value });
  }
  return { ok: true, requests };
}
