import type { Fix, TextEdit } from '@agentpolicy/core';
import type { PolicyDocument } from '@agentpolicy/spec';
import type { FindingFix, PolicyEdit } from './finding-fix.ts';

/** Turns a fix into text edits; undefined where the YAML does not allow one that touches nothing else. */
export function resolveFix(document: PolicyDocument, fix: FindingFix): Fix | undefined {
  const edits: TextEdit[] = [];
  for (const edit of fix.edits) {
    const resolved = resolveEdit(document, edit);
    if (resolved === undefined) return undefined;
    edits.push(resolved);
  }
  edits.sort((a, b) => a.start - b.start || a.end - b.end);
  return { title: fix.title, safety: fix.safety, edits };
}

function resolveEdit(document: PolicyDocument, edit: PolicyEdit): TextEdit | undefined {
  switch (edit.kind) {
    case 'replace-span':
      return replaceSpan(document, edit.pointer, edit.start, edit.end, edit.text);
    case 'replace-scalar':
      return replaceScalar(document, edit.pointer, edit.text);
    case 'remove-item':
      return removeItem(document, edit.pointer);
    case 'insert-member':
      return insertMember(document, edit.after, edit.key, edit.text);
  }
}

/** Characters that keep their meaning in a plain scalar, wherever in it and in whatever collection it stands. */
const PLAIN_TEXT = /^[A-Za-z0-9^$()_./\\|+*-]*$/;

function replaceSpan(
  document: PolicyDocument,
  pointer: string,
  start: number,
  end: number,
  text: string,
): TextEdit | undefined {
  const { range } = document.locateInString(pointer, start, end);
  const scalar = sourceOf(document, pointer);
  if (scalar === undefined || scalar.text.includes('\n')) return undefined;
  const from = range.start.offset;
  const to = range.end.offset;
  if (from < scalar.start || to > scalar.end) return undefined;
  switch (scalar.text[0]) {
    case '"':
      return { start: from, end: to, newText: escapeDouble(text) };
    case "'":
      return { start: from, end: to, newText: text.replaceAll("'", "''") };
    case '|':
    case '>':
      return undefined;
    default: {
      const whole = scalar.text.slice(0, from - scalar.start) + text + scalar.text.slice(to - scalar.start);
      if (PLAIN_TEXT.test(text) && !'-*|'.includes(whole[0] ?? '-'))
        return { start: from, end: to, newText: text };
      return { start: scalar.start, end: scalar.end, newText: `'${whole.replaceAll("'", "''")}'` };
    }
  }
}

function escapeDouble(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function replaceScalar(document: PolicyDocument, pointer: string, text: string): TextEdit | undefined {
  const scalar = sourceOf(document, pointer);
  if (scalar === undefined || scalar.text.includes('\n') || '[{&*!|>'.includes(scalar.text[0] ?? '['))
    return undefined;
  return { start: scalar.start, end: scalar.end, newText: text };
}

/** The source of a value as it stands in the text, quotes included; undefined for one that stands nowhere. */
function sourceOf(
  document: PolicyDocument,
  pointer: string,
): { readonly text: string; readonly start: number; readonly end: number } | undefined {
  const { range } = document.locate(pointer, 'value');
  const start = range.start.offset;
  const end = range.end.offset;
  const text = document.text.slice(start, end);
  // Anchors, aliases and tags belong to more than this one place.
  return text === '' || '&*!'.includes(text[0] ?? '&') ? undefined : { text, start, end };
}

/**
 * Takes whole lines out, and only where the line holds a block list's entry and perhaps a comment. The only
 * entry of a list stays: a key without a value is no empty list, and the policy would not be valid.
 */
function removeItem(document: PolicyDocument, pointer: string): TextEdit | undefined {
  const list = pointer.slice(0, pointer.lastIndexOf('/'));
  // What is not in the document is located at the key of what is around it.
  const second = document.locate(`${list}/1`, 'value').range.start.offset;
  if (second === document.locate(list, 'key').range.start.offset) return undefined;
  const scalar = sourceOf(document, pointer);
  if (scalar === undefined || scalar.text.includes('\n')) return undefined;
  const { text } = document;
  const lineStart = text.lastIndexOf('\n', scalar.start - 1) + 1;
  const lineBreak = text.indexOf('\n', scalar.end);
  const lineEnd = lineBreak === -1 ? text.length : lineBreak + 1;
  const before = text.slice(lineStart, scalar.start);
  const after = text.slice(scalar.end, lineEnd);
  if (!/^ *- +$/.test(before) || !/^(?: +#.*| *)\r?\n?$/.test(after)) return undefined;
  return { start: lineStart, end: lineEnd, newText: '' };
}

/** Adds a line below a member that stands alone on its line in a block mapping. */
function insertMember(
  document: PolicyDocument,
  after: string,
  key: string,
  value: string,
): TextEdit | undefined {
  const { text } = document;
  const keyRange = document.locate(after, 'key').range;
  const scalar = sourceOf(document, after);
  if (scalar === undefined || scalar.text.includes('\n')) return undefined;
  if (keyRange.start.line !== keyRange.end.line) return undefined;
  const lineStart = text.lastIndexOf('\n', keyRange.start.offset - 1) + 1;
  const before = text.slice(lineStart, keyRange.start.offset);
  const between = text.slice(keyRange.end.offset, scalar.start);
  const lineBreak = text.indexOf('\n', scalar.end);
  const rest = text.slice(scalar.end, lineBreak === -1 ? text.length : lineBreak);
  if (!/^ *(?:- +)?$/.test(before) || !/^: +$/.test(between) || !/^(?: +#.*| *)\r?$/.test(rest))
    return undefined;
  const indent = ' '.repeat(before.length);
  const at = lineBreak === -1 ? text.length : lineBreak + 1;
  const lineFeed = rest.endsWith('\r') ? '\r\n' : '\n';
  const line = `${indent}${key}: ${value}`;
  return { start: at, end: at, newText: lineBreak === -1 ? `${lineFeed}${line}` : `${line}${lineFeed}` };
}
