import {
  API_VERSIONS,
  type ApiVersion,
  findPolicyField,
  listPolicyFields,
  nameOfField,
  type PolicyField,
} from '@agentpolicy/spec';
import { type Cursor, findCursor } from './find-cursor.ts';
import { findPolicyAt } from './policy-at.ts';

/** Something that can be written at a place. */
export interface Proposal {
  readonly label: string;
  readonly kind: 'field' | 'value';
  readonly newText: string;
  readonly field: PolicyField;
}

export interface Completion {
  readonly proposals: readonly Proposal[];
  /** The word that the proposals are written over, in offsets of the text. */
  readonly start: number;
  readonly end: number;
}

/** No word of a policy: it stands where the new text would, and is found again in what was read. */
const MARK = 'aip-completion-mark';

/** The fields and values that can stand at an offset; none where that is not known. */
export function completeAt(text: string, offset: number): Completion {
  const [before] = /[A-Za-z0-9_./-]*$/.exec(lineBefore(text, offset)) ?? [''];
  const [after] = /^[A-Za-z0-9_./-]*/.exec(text.slice(offset, offset + 200)) ?? [''];
  const start = offset - before.length;
  const end = offset + after.length;
  const policy = findPolicyAt(text, start);
  if (policy === undefined) return { proposals: [], start, end };
  const head = policy.text.slice(0, policy.offset);
  const tail = policy.text.slice(policy.offset + before.length + after.length);
  const cursor = findCursor(head + MARK + tail, policy.offset);
  const proposals = cursor?.scalar.value === MARK ? propose(cursor, tail, isOnOwnLine(head)) : [];
  return { proposals, start, end };
}

function lineBefore(text: string, offset: number): string {
  return text.slice(Math.max(text.lastIndexOf('\n', offset - 1) + 1, offset - 200), offset);
}

/** Whether a mapping in block form could begin here. */
function isOnOwnLine(head: string): boolean {
  return /^[ \t-]*$/.test(lineBefore(head, head.length));
}

function propose(cursor: Cursor, tail: string, onOwnLine: boolean): readonly Proposal[] {
  const apiVersion = readVersion(cursor.apiVersion);
  const isQuoted = cursor.scalar.type !== 'PLAIN';
  const hasColon = /^[ \t]*:/.test(tail);
  const nameFields = (pointer: string): readonly Proposal[] =>
    listPolicyFields(pointer, apiVersion)
      .filter((field) => !cursor.siblings.includes(nameOfField(field)))
      .map((field) => ({
        label: nameOfField(field),
        kind: 'field',
        newText: nameOfField(field) + (isQuoted || hasColon ? '' : suffixOf(field)),
        field,
      }));
  if (cursor.part === 'key') return nameFields(cursor.pointer.slice(0, cursor.pointer.lastIndexOf('/')));
  const field = findPolicyField(cursor.pointer);
  if (field?.type === 'object' || cursor.pointer === '') return onOwnLine ? nameFields(cursor.pointer) : [];
  return field === undefined ? [] : nameValues(field, isQuoted);
}

function readVersion(written: string | undefined): ApiVersion {
  return API_VERSIONS.find((version) => version === written) ?? 'aip.io/v1alpha3';
}

/** What holds others begins on the next line. */
function suffixOf({ type }: PolicyField): string {
  return type === 'object' || type === 'array' ? ':' : ': ';
}

function nameValues(field: PolicyField, isQuoted: boolean): readonly Proposal[] {
  const values = field.values ?? (field.type === 'boolean' && !isQuoted ? ['true', 'false'] : []);
  return values.map((value) => ({ label: value, kind: 'value', newText: value, field }));
}
