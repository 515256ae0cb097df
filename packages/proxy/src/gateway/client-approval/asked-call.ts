import { createHash } from 'node:crypto';
import { CoreError, canonicalizeJson, getMember, type JsonObject, type TextEdit } from '@agentpolicy/core';
import {
  applyEdits,
  copyText,
  type MessageLimits,
  type RequestMessage,
  readMessage,
  removeMembers,
  replaceValue,
} from '@agentpolicy/message';
import type { CarriedInput } from './approval-states.ts';

/** What a retry changes, and what each request says about its sender: the rest of a call is what is approved. */
const NOT_THE_CALL: ReadonlySet<string> = new Set(['_meta', 'requestState', 'inputResponses']);

/** What tells calls apart: everything that the tool is given. Null where it is too long to be written. */
export function digestCall(params: JsonObject): string | null {
  const members = params.members.filter(({ key }) => !NOT_THE_CALL.has(key));
  try {
    return createHash('sha256')
      .update(canonicalizeJson({ ...params, members }), 'utf8')
      .digest('base64url');
  } catch (failure) {
    if (failure instanceof CoreError && failure.code === 'too-long') return null;
    throw failure;
  }
}

/** What a call brings that belongs to a question of the server's, without the rest of the call's text. */
export function readCarried({ params, text }: RequestMessage): CarriedInput {
  return {
    requestState: textOf(params, 'requestState', text),
    inputResponses: textOf(params, 'inputResponses', text),
  };
}

function textOf(params: JsonObject | undefined, key: string, text: string): string | null {
  const node = params === undefined ? undefined : getMember(params, key);
  return node === undefined ? null : copyText(text.slice(node.start, node.end));
}

/** The call as it was before it was asked about; null where that can't be made of it. */
export function restoreCall(
  message: RequestMessage,
  carried: CarriedInput,
  limits: MessageLimits,
): RequestMessage | null {
  const { params, text } = message;
  if (params === undefined) return null;
  const edits: TextEdit[] = [];
  const removed = new Set<string>();
  for (const key of ['requestState', 'inputResponses'] as const) {
    const node = getMember(params, key);
    const before = carried[key];
    if (before === null) removed.add(key);
    else if (node === undefined) return null;
    else edits.push(replaceValue(node, before));
  }
  const restored = readMessage(
    applyEdits(text, [...edits, ...removeMembers(params, removed)]),
    'client',
    limits,
  );
  return restored.kind === 'request' ? restored : null;
}
