import { JSON_RPC_ERRORS } from '@agentpolicy/core';
import { applyEdits, quoteForPeople, readToolCall, replaceString } from '@agentpolicy/message';
import type { ListedNames } from './listed-names.ts';
import type { ReadRequest } from './read-request.ts';

/**
 * Names the tool of a call as the server lists it, as a session does that has seen the list. Where several tools differ
 * only in spelling, and the call names none of them, it is refused.
 */
export function spellCall(read: ReadRequest & { readonly ok: true }, names: ListedNames): ReadRequest {
  const { message } = read;
  if (message.kind !== 'request' || message.normalizedMethod !== 'tools/call') return read;
  const called = readToolCall(message);
  if (!called.ok) return read;
  const { name, nameNode } = called.call;
  const [listed, other] = names.settle(name);
  if (listed === undefined || listed === name) return read;
  if (other !== undefined) {
    const both = `${quoteForPeople(listed)} and ${quoteForPeople(other)}`;
    const reason = `the server lists ${both}, which differ only in spelling: write the name as it is listed`;
    const code = JSON_RPC_ERRORS.invalidParams.code;
    return { ok: false, problem: { status: 400, reason, code, idText: message.id.text }, message };
  }
  const text = applyEdits(message.text, [replaceString(nameNode, listed)]);
  return { ok: true, line: { kind: 'line', text, bytes: Buffer.byteLength(text) }, message };
}
