import { readJson } from '@agentpolicy/core';
import { readId } from './ids.ts';
import type { MessageId, MessageShape } from './message.ts';

/** What can be told of a message that was not read whole. */
export interface Outline {
  readonly id: MessageId | null;
  readonly shape: MessageShape;
}

const UNKNOWN: Outline = { id: null, shape: 'unknown' };

/** One member at the top level of a damaged or cut object: the key and, where it is a short scalar, the value. */
interface RoughMember {
  readonly key: string;
  readonly value: string | undefined;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The offset behind the string that begins at `start`; -1 where the text ends inside it. */
function skipString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at + 1;
  }
  return -1;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at++;
  return at;
}

/** The offset behind a value: of the comma or the closing bracket at its own level; -1 where the text ends first. */
function skipValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      at = skipString(text, at) - 1;
      if (at < 0) return -1;
    } else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') {
      if (depth === 0) return at;
      depth--;
    } else if (char === ',' && depth === 0) return at;
  }
  return -1;
}

/** The members at the top level as far as they can be told apart, and the offset behind the object; -1 where it does not end. */
function readRoughMembers(text: string): {
  readonly members: readonly RoughMember[];
  readonly end: number;
} {
  const members: RoughMember[] = [];
  const part = (end: number) => ({ members, end });
  let at = skipSpace(text, text.charCodeAt(0) === 0xfeff ? 1 : 0);
  if (text[at] !== '{') return part(-1);
  for (;;) {
    at = skipSpace(text, at + 1);
    const keyEnd = text[at] === '"' ? skipString(text, at) : -1;
    if (keyEnd === -1) return part(-1);
    const key = readJson(text.slice(at, keyEnd));
    const colon = skipSpace(text, keyEnd);
    if (!key.ok || key.value.kind !== 'string' || text[colon] !== ':') return part(-1);
    const start = skipSpace(text, colon + 1);
    const end = skipValue(text, start);
    members.push({ key: key.value.value, value: end === -1 ? undefined : text.slice(start, end).trim() });
    if (end === -1) return part(-1);
    at = end;
    if (text[at] !== ',') return part(text[at] === '}' ? at + 1 : -1);
  }
}

function shapeOf(keys: readonly string[]): MessageShape {
  const isCall = keys.includes('method');
  const isAnswer = keys.includes('result') || keys.includes('error');
  if (isCall === isAnswer) return 'unknown';
  return isCall ? 'request' : 'response';
}

function idOf(members: readonly RoughMember[]): MessageId | null {
  const [found, second] = members.filter((member) => member.key === 'id');
  if (found?.value === undefined || second !== undefined) return null;
  const value = readJson(found.value);
  if (!value.ok) return null;
  const id = readId(value.value, found.value, true);
  return id.ok ? id.id : null;
}

/**
 * The id and shape of a text that is no acceptable JSON (a repeated key, a raw control character, `NaN`).
 * The id counts only where it stands once, in an object that is the whole text all the same. It counts, too, in an
 * answer that has no other damage than the text behind it (`{…}{}`): who waits for it is not left waiting.
 */
export function outlineDamaged(text: string): Outline {
  const { members, end } = readRoughMembers(text);
  if (members.length === 0) return UNKNOWN;
  const shape = shapeOf(members.map((member) => member.key));
  const isWhole = end !== -1 && skipSpace(text, end) === text.length;
  const isAnswer = end !== -1 && shape === 'response' && readJson(text.slice(0, end)).ok;
  return { id: isWhole || isAnswer ? idOf(members) : null, shape };
}

/**
 * The members that end a line, from its last `"id"` on. Where `{` and that ending are a whole JSON object, the
 * line's last bracket closes the level that `"id"` stands at, and that is the message's own.
 */
function readEnding(tail: string): readonly RoughMember[] {
  let at = tail.lastIndexOf('"id"');
  // A bounded number of attempts: the text is not ours.
  for (let attempt = 0; at > 0 && attempt < 4; attempt++) {
    const text = `{${tail.slice(at)}`;
    const read = tail.slice(0, at).trimEnd().endsWith(',') ? readJson(text) : undefined;
    if (read?.ok === true && read.value.kind === 'object')
      return read.value.members.map(({ key, value }) => ({ key, value: text.slice(value.start, value.end) }));
    at = tail.lastIndexOf('"id"', at - 1);
  }
  return [];
}

/** The id and shape of a line of which only the beginning and the end are known. */
export function outlineCut(head: string, tail: string): Outline {
  const { members } = readRoughMembers(head);
  if (members.length === 0) return UNKNOWN;
  const ending = readEnding(tail);
  const first = idOf(members);
  const last = idOf(ending);
  const differ = first !== null && last !== null && first.key !== last.key;
  return {
    id: differ ? null : (first ?? last),
    shape: shapeOf([...members, ...ending].map((member) => member.key)),
  };
}
