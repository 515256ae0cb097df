import type { Place } from '../problem.ts';

/** What a line of a report is about: a reporter may give each role a colour. */
export type LineRole =
  | 'suite'
  | 'passed'
  | 'failed'
  | 'problem'
  | 'place'
  | 'difference'
  | 'detail'
  | 'summary';

/** One line of a report, indented as it is to be shown. */
export interface ReportLine {
  readonly role: LineRole;
  readonly text: string;
  /** A place in a policy that a reporter may show below. */
  readonly shows?: Place;
}

/** The lines as plain text, each with its line break. */
export function joinLines(lines: readonly ReportLine[]): string {
  return lines.map((line) => `${line.text}\n`).join('');
}

/** Controls, marks without a width, and what turns the direction of writing: they are shown as escapes. */
const INVISIBLE =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]/g;

/** Text of a message as a JSON string in which nothing is invisible or moves the cursor. */
export function quoteVisibly(text: string): string {
  return makeVisible(JSON.stringify(text));
}

/** JSON text in which nothing is invisible or moves the cursor. */
export function makeVisible(json: string): string {
  return json.replace(
    INVISIBLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A character that begins another line or moves the cursor; the text of JSON has none. */
const CONTROL = /[\u0000-\u001f]/g;

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** Lines that are one line each, in which nothing is invisible: names and paths come from whoever wrote them. */
export function showLines(lines: readonly ReportLine[]): ReportLine[] {
  return lines.map((line) => ({
    ...line,
    text: makeVisible(
      line.text.replace(
        CONTROL,
        (character) =>
          ESCAPES.get(character) ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
      ),
    ),
  }));
}

/** As much of a text as a line has room for. */
export function shorten(text: string, limit = 120): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}…`;
}

/** `1 call`, `2 calls`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
