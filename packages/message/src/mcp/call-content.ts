import type { TextEdit } from '@agentpolicy/core';
import { EMPTY_OBJECT, getMember, type JsonMember, type JsonObject, readJson } from '@agentpolicy/core';
import type { MessageLimits } from '../messages/message.ts';
import type { ToolCallParams } from './tool-call.ts';

/**
 * What a scanner looks at of a call: its arguments, and the answers that a retried call brings (2026-07-28). A scanner
 * leaves two keys of a message alone, under which all of it stands here.
 */
export function pickCallContent(root: JsonObject): JsonObject {
  const params = getMember(root, 'params');
  const members: JsonMember[] = [];
  if (params?.kind === 'object') {
    for (const member of params.members) {
      if (member.key === 'arguments') members.push({ ...member, key: 'params' });
      if (member.key === 'inputResponses') members.push({ ...member, key: 'result' });
    }
  }
  return { ...root, members };
}

/** The arguments of a call's text; null where they can't be read. */
export function readCallArguments(text: string, limits: Pick<MessageLimits, 'maxDepth'>): JsonObject | null {
  const read = readJson(text, limits);
  if (!read.ok || read.value.kind !== 'object') return null;
  const params = getMember(read.value, 'params');
  const args = params?.kind === 'object' ? getMember(params, 'arguments') : undefined;
  if (args === undefined || args.kind === 'null') return EMPTY_OBJECT;
  return args.kind === 'object' ? args : null;
}

/** The name of the tool that the server gets: a session may mend its spelling. */
export function spelledName(call: ToolCallParams, edits: readonly TextEdit[]): string {
  const edit = edits.find(({ start }) => start === call.nameNode.start);
  if (edit === undefined) return call.name;
  const spelled: unknown = JSON.parse(edit.newText);
  return typeof spelled === 'string' ? spelled : call.name;
}
