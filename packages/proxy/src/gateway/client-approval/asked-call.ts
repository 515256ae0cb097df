import { createHash } from 'node:crypto';
import { getMember, type JsonNode, type JsonObject, quoteJson, type TextEdit } from '@agentpolicy/core';
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

/** What tells calls apart: everything that the tool is given. */
export function digestCall(params: JsonObject): string {
  const members = params.members.filter(({ key }) => !NOT_THE_CALL.has(key));
  return createHash('sha256')
    .update(writeExactly({ ...params, members }), 'utf8')
    .digest('base64url');
}

/** Without white space and with sorted keys, but with a number's own digits: a server may read more than a double. */
function writeExactly(node: JsonNode): string {
  switch (node.kind) {
    case 'string':
      return quoteJson(node.value);
    case 'number':
      return node.literal;
    case 'boolean':
      return String(node.value);
    case 'null':
      return 'null';
    case 'array':
      return `[${node.items.map(writeExactly).join(',')}]`;
    case 'object': {
      const members = [...node.members].sort((a, b) => (a.key < b.key ? -1 : 1));
      return `{${members.map(({ key, value }) => `${quoteJson(key)}:${writeExactly(value)}`).join(',')}}`;
    }
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
