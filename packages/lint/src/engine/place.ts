import type { Location } from '@agentpolicy/core';
import type { PolicyDocument } from '@agentpolicy/spec';

/**
 * Where a finding stands, in terms of the policy's values: a rule never counts lines or columns.
 * `span` is a stretch (UTF-16 offsets, `end` exclusive) of the string at the pointer, as it reads without
 * its quotes and escapes. `comment` is a stretch of the text itself, for what is no value.
 */
export type Place =
  | { readonly at: 'key' | 'value'; readonly pointer: string }
  | { readonly at: 'span'; readonly pointer: string; readonly start: number; readonly end: number }
  | { readonly at: 'text'; readonly start: number; readonly end: number };

/** The value at a pointer. */
export function atValue(pointer: string): Place {
  return { at: 'value', pointer };
}

/** The key of the member at a pointer. */
export function atKey(pointer: string): Place {
  return { at: 'key', pointer };
}

/** A stretch of the string at a pointer. */
export function atSpan(pointer: string, start: number, end: number): Place {
  return { at: 'span', pointer, start, end };
}

/** Turns a symbolic place into lines and columns: the only function of this package that does. */
export function locatePlace(document: PolicyDocument, place: Place): Location {
  switch (place.at) {
    case 'key':
    case 'value':
      return document.locate(place.pointer, place.at);
    case 'span':
      return document.locateInString(place.pointer, place.start, place.end);
    case 'text':
      return {
        file: document.file,
        pointer: '',
        range: document.index.rangeAt(place.start, place.end),
      };
  }
}
