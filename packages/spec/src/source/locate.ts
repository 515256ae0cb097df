import { appendPointer, type Location, type TextIndex } from '@agentpolicy/core';
import { SpecError } from '../spec-error.ts';
import { mapScalar } from './offsets/map-scalar.ts';
import type { ScalarText } from './offsets/scalar-text.ts';
import type { Slot, SourceScalar, Span } from './tree.ts';

/** Finds the places of a document's values. */
export interface Locator {
  /**
   * Where the key or the value at a JSON pointer (RFC 6901) stands. What is not in the document is located at the
   * nearest value around it that is. List items have no key: theirs is their value.
   * @throws SpecError `bad-pointer` where the text is no JSON pointer.
   */
  locate(pointer: string, part: 'key' | 'value'): Location;
  /**
   * Where units `start` up to `end` (UTF-16, exclusive) of the string at a pointer stand, through quotes, escapes,
   * folding and indentation. An empty span is the place between two units.
   * @throws SpecError `bad-pointer`, `not-a-string` where no string stands there, `bad-span` where the span is not in it.
   */
  locateInString(pointer: string, start: number, end: number): Location;
}

interface Found {
  readonly pointer: string;
  readonly slot: Slot;
  readonly keyPlace: Span;
}

/**
 * Splits a JSON pointer into its unescaped tokens.
 * @throws SpecError `bad-pointer` where the text is no JSON pointer.
 */
export function splitPointer(pointer: string): readonly string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) {
    throw new SpecError('bad-pointer', `a JSON pointer begins with a slash: ${JSON.stringify(pointer)}`);
  }
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function stepInto(found: Found, token: string): Found | undefined {
  const { node } = found.slot;
  const pointer = appendPointer(found.pointer, token);
  if (node.kind === 'map') {
    const entry = node.entries.get(token);
    return entry === undefined ? undefined : { pointer, slot: entry, keyPlace: entry.keyPlace };
  }
  if (node.kind === 'sequence' && /^(?:0|[1-9][0-9]{0,8})$/.test(token)) {
    const item = node.items[Number(token)];
    return item === undefined ? undefined : { pointer, slot: item, keyPlace: item.place };
  }
  return undefined;
}

/** The document has no key: its first one stands for it. */
function findHead({ node, place }: Slot): Span {
  if (node.kind !== 'map') return place;
  const [first] = node.entries.values();
  return first?.keyPlace ?? place;
}

function findNearest(root: Slot, pointer: string): Found {
  let found: Found = { pointer: '', slot: root, keyPlace: findHead(root) };
  for (const token of splitPointer(pointer)) {
    const next = stepInto(found, token);
    if (next === undefined) return found;
    found = next;
  }
  return found;
}

/** The value's text and the units' places; the places are the whole scalar's where they can't be told apart. */
function textOf(text: string, scalar: SourceScalar, value: string): ScalarText {
  const mapped = mapScalar(text, scalar, value);
  if (mapped.value === value) return mapped;
  const units = value.length;
  return { value, starts: Array(units).fill(scalar.start), ends: Array(units).fill(scalar.end) };
}

/** Behind the opening quote: where an empty string would have its text. */
function innerStart(scalar: SourceScalar): number {
  return scalar.style === 'plain' ? scalar.start : Math.min(scalar.start + 1, scalar.end);
}

export function createLocator(file: string, index: TextIndex, root: Slot): Locator {
  const mapped = new Map<SourceScalar, ScalarText>();
  const locationOf = (pointer: string, span: Span): Location => ({
    file,
    pointer,
    range: index.rangeAt(span.start, span.end),
  });
  return {
    locate(pointer, part) {
      const found = findNearest(root, pointer);
      const missing = found.pointer !== pointer;
      const span = part === 'key' || missing ? found.keyPlace : found.slot.place;
      return locationOf(pointer, span);
    },
    locateInString(pointer, start, end) {
      const { slot, pointer: reached } = findNearest(root, pointer);
      const { node } = slot;
      if (reached !== pointer || node.kind !== 'scalar' || typeof node.value !== 'string') {
        throw new SpecError('not-a-string', `no string stands at ${JSON.stringify(pointer)}`);
      }
      const { value } = node;
      if (
        !(
          Number.isInteger(start) &&
          Number.isInteger(end) &&
          0 <= start &&
          start <= end &&
          end <= value.length
        )
      ) {
        throw new SpecError(
          'bad-span',
          `the span ${start}-${end} is not in a string of ${value.length} units`,
        );
      }
      let text = mapped.get(node);
      if (text === undefined) {
        text = textOf(index.text, node, value);
        mapped.set(node, text);
      }
      const from = text.starts[start] ?? text.ends[start - 1] ?? innerStart(node);
      const to = start === end ? from : (text.ends[end - 1] ?? from);
      return locationOf(pointer, { start: from, end: to });
    },
  };
}
