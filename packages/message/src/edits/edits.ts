import { type JsonNode, type JsonObject, quoteJson, type TextEdit } from '@agentpolicy/core';
import { MessageError } from '../errors/message-error.ts';

/**
 * Replaces stretches of a text; everything else stays byte for byte. The edits may come in any order.
 * @throws MessageError `bad-edit` where an edit lies outside the text or two of them overlap.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  if (edits.length === 0) return text;
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  let at = 0;
  let result = '';
  for (const { start, end, newText } of sorted) {
    if (start < at || end < start || end > text.length)
      throw new MessageError(
        'bad-edit',
        `the edit of ${start} to ${end} overlaps another or lies outside the text`,
      );
    result += text.slice(at, start) + newText;
    at = end;
  }
  return result + text.slice(at);
}

/** Line separators that JSON allows raw inside strings and that some readers split lines at. */
const SEPARATORS = /[\u0085\u2028\u2029]/;

/** Writes NEL, U+2028 and U+2029 as escapes. In JSON they stand only inside strings, where that changes no value. */
export function escapeSeparators(json: string): string {
  if (!SEPARATORS.test(json)) return json;
  return json.replaceAll('\u0085', '\\u0085').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

/**
 * The line to forward for a message, without its end: as it came, but for the edits and for line separators,
 * which become escapes.
 * @throws MessageError `bad-edit` as applyEdits does.
 */
export function forwardText(message: { readonly text: string }, edits: readonly TextEdit[] = []): string {
  return escapeSeparators(applyEdits(message.text, edits));
}

/** Puts forwarded elements of a batch into one line. */
export function joinBatch(elements: readonly string[]): string {
  return `[${elements.join(',')}]`;
}

/** Replaces a value by JSON text. */
export function replaceValue(node: JsonNode, newText: string): TextEdit {
  return { start: node.start, end: node.end, newText };
}

/** Replaces a value by a string. */
export function replaceString(node: JsonNode, value: string): TextEdit {
  return replaceValue(node, quoteJson(value));
}

/** Takes members out of an object, each with the comma that belongs to it. */
export function removeMembers(object: JsonObject, keys: ReadonlySet<string>): TextEdit[] {
  const edits: TextEdit[] = [];
  let lastKept: number | undefined;
  let before = object.start + 1;
  object.members.forEach(({ key, keyStart, value }, index) => {
    if (!keys.has(key)) {
      lastKept = index;
    } else if (lastKept !== undefined) {
      // Behind a member that stays: from the end of the member before, so that the comma goes too.
      edits.push({ start: before, end: value.end, newText: '' });
    } else {
      const next = object.members[index + 1];
      edits.push({ start: keyStart, end: next?.keyStart ?? value.end, newText: '' });
    }
    before = value.end;
  });
  return edits;
}
